import { z } from 'zod';
import { parseDuration } from '../lib/duration.js';
import { isTimeZone } from './console-time.js';
import { compileTextMatcher } from './text-matcher.js';

/* The schema of a site profile. It validates shapes and single values; resolve-profile.ts defines their use.
   docs/site-profiles.md describes every word for users. */

const text = z.string().trim().min(1).max(500);
const oneOrMany = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1).max(50)]);

/** A literal text that must be equal, or a regular expression such as `/…/i`. */
const textMatcher = text.refine(
  (value) => compileTextMatcher(value) !== undefined,
  'is not a valid regular expression',
);
const textMatchers = oneOrMany(textMatcher);

const duration = text
  .refine((value) => parseDuration(value) !== undefined, 'must be a duration such as 90s, 15m, 84h or 7d')
  .transform((value) => parseDuration(value)!);

const isOrigin = (value: string) => {
  try {
    const url = new URL(value);
    const isPlain = url.pathname === '/' && !url.search && !url.hash && !url.username;
    return /^https?:$/.test(url.protocol) && isPlain;
  } catch {
    return false;
  }
};

/** `/path` on the base URL, or an absolute http(s) address. */
const address = text.refine(
  (value) => /^\/(?!\/)/.test(value) || (/^https?:\/\//.test(value) && URL.canParse(value)),
  'must be a path that begins with / or a whole http(s) address',
);

const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const headers = z.record(z.string().regex(/^[A-Za-z0-9-]+$/, 'is not a header name'), z.string().max(2000));
const jsonPath = z.string().regex(/^[\w-]+(\.[\w-]+)*$/, 'must be a path such as data.apiKey');
const jsonPaths = oneOrMany(jsonPath);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const jsonBody: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([scalar, z.array(jsonBody), z.record(z.string(), jsonBody)]),
);

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** All parts that are given must match; several rules in a list are alternatives. */
const rule = z
  .strictObject({
    status: oneOrMany(z.int().min(100).max(599)).optional(),
    json: z.record(jsonPath, oneOrMany(scalar)).optional(),
    has: jsonPaths.optional(),
    text: textMatchers.optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'must name a status, json, has or text');
const rules = oneOrMany(rule);

const target = z.union(
  [
    textMatcher,
    z.strictObject({ role: text, name: textMatchers.optional() }),
    z.strictObject({ label: textMatchers }),
    z.strictObject({ testId: text }),
    z.strictObject({ text: textMatchers }),
    z.strictObject({ css: text }),
  ],
  'must be a text, or one of { role, name }, { label }, { testId }, { text }, { css }',
);
const targets = oneOrMany(target);

/** `METHOD /path` of a request that the page sends. */
const responseMatcher = text.regex(
  /^(GET|POST|PUT|PATCH|DELETE) \/\S*$/,
  'must be a method and a path such as GET /api/key',
);

const actions = ['click', 'fill', 'check', 'press', 'waitFor'] as const;
const step = z
  .strictObject({
    click: targets.optional(),
    fill: z.strictObject({ into: targets, with: z.string() }).optional(),
    check: targets.optional(),
    press: text.optional(),
    waitFor: targets.optional(),
    optional: z.boolean().optional(),
    rotates: z.boolean().optional(),
    within: duration.optional(),
  })
  .refine(
    (value) => actions.filter((action) => value[action] !== undefined).length === 1,
    `must do exactly one of ${actions.join(', ')}`,
  );
const steps = z.array(step).min(1).max(30);

const answer = z.strictObject({
  ok: jsonPath.optional(),
  key: jsonPaths,
  expires: jsonPaths.optional(),
  expired: jsonPath.optional(),
  name: jsonPath.optional(),
  code: jsonPath.optional(),
  message: jsonPath.optional(),
});

const request = z.strictObject({
  method,
  path: address,
  headers: headers.optional(),
  json: jsonBody.optional(),
});

const probe = z.strictObject({
  method,
  url: address,
  headers: headers.optional(),
  json: jsonBody.optional(),
  valid: rules,
  invalid: rules.optional(),
  banned: rules.optional(),
  within: duration.optional(),
});

const pattern = text.refine(
  (value) => compileTextMatcher(`/${value}/`) !== undefined,
  'is not a valid regular expression',
);

/**
 * Problems that would make the write-ahead and a dry run miss the press. Every path through the steps must include
 * a step with the `rotates` mark, and an optional step is skipped together with its mark when its element does not
 * appear.
 */
function markProblems(list: readonly z.output<typeof step>[]): readonly { index?: number; message: string }[] {
  if (list.length === 0) return [];
  if (!list.some((one) => one.rotates)) {
    const hasPress = list.some((one) => one.click !== undefined && !one.optional);
    return hasPress ? [] : [{ message: 'must have a click that is not optional' }];
  }
  const isCertain = (one: (typeof list)[number]) => one.rotates === true && !one.optional;
  return list.flatMap((one, index) => {
    if (!one.rotates) return [];
    if (one.waitFor !== undefined)
      return [{ index, message: 'waits and presses nothing, so it cannot carry rotates: true' }];
    if (!one.optional || list.slice(index + 1).some(isCertain)) return [];
    const message =
      'carries rotates: true and is optional: when its element does not appear, its mark is skipped with it; ' +
      'put rotates: true on a later step that is not optional, too';
    return [{ index, message }];
  });
}

export const siteProfileSchema = z
  .strictObject({
    name: z
      .string()
      .max(40)
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'),
    title: text,
    baseUrl: z.string().refine(isOrigin, 'must be an http(s) address without a path, such as https://console.example'),
    timeZone: z.string().refine(isTimeZone, 'is not an IANA time zone such as Asia/Shanghai'),
    key: z.strictObject({
      pattern,
      lifetime: duration.optional(),
      every: duration.optional(),
      env: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not a variable name')
        .optional(),
    }),
    session: z.strictObject({
      login: z.strictObject({ url: address }),
      cookies: z.array(text).max(20).optional(),
      signedOut: rules.optional(),
    }),
    http: z
      .strictObject({
        headers: headers.optional(),
        read: request,
        rotate: request,
        answer,
        busy: rules.optional(),
        within: duration.optional(),
      })
      .optional(),
    page: z
      .strictObject({
        url: address,
        ready: targets,
        read: z
          .strictObject({
            response: responseMatcher.optional(),
            key: targets.optional(),
            expires: targets.optional(),
            none: targets.optional(),
          })
          .refine((value) => Object.keys(value).length > 0, 'must name a response, a key or both'),
        answer: answer.optional(),
        create: steps.optional(),
        rotate: steps,
        capture: z.strictObject({ response: responseMatcher.optional(), key: targets.optional() }).optional(),
        code: z
          .strictObject({ field: targets.optional(), submit: targets.optional(), resend: targets.optional() })
          .refine((value) => Object.keys(value).length > 0, 'must name a field, a submit or a resend')
          .optional(),
        patience: z
          .strictObject({
            ready: duration.optional(),
            step: duration.optional(),
            optional: duration.optional(),
            answer: duration.optional(),
          })
          .optional(),
      })
      .optional(),
    probe: oneOrMany(probe).optional(),
    refused: z.strictObject({ when: rules }).optional(),
    gone: z
      .strictObject({
        announced: z
          .string()
          .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as 2026-04-17')
          .optional(),
        note: z.string().max(1000).optional(),
        when: rules.optional(),
      })
      .optional(),
  })
  .superRefine((profile, context) => {
    if (!profile.http && !profile.page) {
      context.addIssue({ code: 'custom', path: [], message: 'must have an http section, a page section or both' });
    }
    const page = profile.page;
    const saysExpiry = [profile.http?.answer, page?.answer, page?.read].some((one) => one?.expires !== undefined);
    if (!saysExpiry && profile.key.lifetime === undefined && profile.key.every === undefined) {
      const message =
        'says neither how long a key lives nor when to renew it: add "lifetime: 90d" if its keys die after a fixed time, ' +
        '"every: 30d" if they do not expire, or an `expires` where the console shows the time';
      context.addIssue({ code: 'custom', path: ['key'], message });
    }
    if (page && (page.read.response || page.capture?.response) && !page.answer && !profile.http) {
      context.addIssue({ code: 'custom', path: ['page', 'answer'], message: 'is needed to understand the responses' });
    }
    for (const list of ['create', 'rotate'] as const) {
      for (const { index, message } of markProblems(page?.[list] ?? [])) {
        context.addIssue({ code: 'custom', path: ['page', list, ...(index === undefined ? [] : [index])], message });
      }
    }
  });

/** A validated site profile with the keys of its file; durations are in milliseconds. */
export type SiteProfile = z.output<typeof siteProfileSchema>;
export type ProfileTarget = z.output<typeof target>;
export type ProfileStep = z.output<typeof step>;
export type ProfileRule = z.output<typeof rule>;
