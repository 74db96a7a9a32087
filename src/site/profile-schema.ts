import * as z from 'zod/mini';
import { isTimeZone } from './shown-zone.js';
import { address, duration, isFilled, isNotEmpty, keyPattern, many, some } from './profile-parts.js';
import { target, text, textPattern, whenResolved } from './profile-parts.js';
import { readSteps, resolveSteps, steps } from './profile-steps.js';
import { stepProblems } from './step-problems.js';

/* Validates what the file of a site profile says and resolves it: compiled expressions, lists, milliseconds and
   defaults. resolve-profile.ts makes the addresses absolute. docs/site-profiles.md describes every word for users. */

const isOrigin = (value: string) => /^https?:\/\/[^/?#@\\]+\/?$/i.test(value) && URL.canParse(value);

const textLike = (pattern: RegExp, problem: string) => z.string().check(z.regex(pattern, problem));
const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const targets = some(target);
const time = z.optional(duration);
/** By name in lower case. */
const headers = z.pipe(
  z.optional(z.record(textLike(/^[A-Za-z0-9-]+$/, 'is not a header name'), z.string().check(z.maxLength(2000)))),
  z.transform((named = {}): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(named).map(([name, value]) => [name.toLowerCase(), value])),
  ),
);
const jsonPath = textLike(/^[\w-]+(\.[\w-]+)*$/, 'must be a path such as data.apiKey');
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** What keyturn sends to an address of the profile. */
const sent = { method, headers, json: z.optional(z.json()) };

const rule = z
  .strictObject({
    status: some(z.int().check(z.gte(100), z.lte(599))),
    json: z.optional(z.record(jsonPath, many(scalar))),
    has: some(jsonPath),
    text: some(textPattern),
  })
  .check(isNotEmpty('must name a status, json, has or text'));

/** One way to recognise an answer or a page; every part that is given must match. */
export type Rule = Readonly<z.output<typeof rule>>;

/** `METHOD /path` of a request that the page sends. */
const responseMatcher = z.pipe(
  text.check(z.regex(/^(GET|POST|PUT|PATCH|DELETE) \/\S*$/, 'must be a method and a path such as GET /api/key')),
  z.transform((text) => {
    const [method, path] = text.split(' ') as [string, string];
    return { method, pathname: path.replace(/[?#].*$/, '') };
  }),
);
export type ResponseMatcher = z.output<typeof responseMatcher>;

/** Where an answer holds its values; dotted paths. */
const answer = z.strictObject({
  ok: z.optional(jsonPath),
  key: many(jsonPath),
  expires: some(jsonPath),
  expired: z.optional(jsonPath),
  name: z.optional(jsonPath),
  code: z.optional(jsonPath),
  message: z.optional(jsonPath),
});
export type AnswerShape = Readonly<z.output<typeof answer>>;

const request = z.pipe(
  z.strictObject({ ...sent, path: address }),
  z.transform(({ path, ...request }) => ({ ...request, url: path })),
);
export type ResolvedRequest = Readonly<z.output<typeof request>>;

const http = z.pipe(
  z.strictObject({
    headers,
    read: request,
    rotate: request,
    answer,
    /** Answers that mean "too busy, try again later". */
    busy: some(rule),
    within: time,
  }),
  z.transform(({ headers, read, rotate, within, ...http }) => ({
    ...http,
    read: { ...read, headers: { ...headers, ...read.headers } },
    rotate: { ...rotate, headers: { ...headers, ...rotate.headers } },
    timeoutMs: within ?? 20_000,
  })),
);

const probe = z.pipe(
  z.strictObject({
    ...sent,
    url: address,
    valid: many(rule),
    invalid: some(rule),
    banned: some(rule),
    within: time,
  }),
  z.transform(({ within, ...probe }) => ({ ...probe, timeoutMs: within ?? 20_000 })),
);

const saysKey = (read: object) =>
  Object.entries(read).some(([word, value]) => word !== 'before' && word !== 'name' && isFilled(value));

const page = z.pipe(
  z.strictObject({
    url: address,
    testIdAttribute: z.optional(textLike(/^[A-Za-z][\w-]*$/, 'is not the name of an attribute, such as data-test')),
    ready: many(target),
    read: z
      .strictObject({
        before: z.optional(readSteps),
        response: z.optional(responseMatcher),
        key: targets,
        mask: targets,
        exists: targets,
        none: targets,
        name: targets,
        expires: targets,
      })
      .check(z.refine(saysKey, { error: 'must name a response, a key, a mask, exists or none', ...whenResolved })),
    /** Banners and tours: these are clicked whenever they are there. */
    dismiss: targets,
    answer: z.optional(answer),
    create: z.optional(steps),
    rotate: steps,
    capture: z.optional(z.strictObject({ response: z.optional(responseMatcher), key: targets })),
    /** The field, submit and resend controls of a code prompt, for pages on which detection does not find them. */
    code: z.optional(
      z
        .strictObject({ field: targets, submit: targets, resend: targets })
        .check(isNotEmpty('must name a field, a submit or a resend')),
    ),
    patience: z.optional(z.strictObject({ ready: time, step: time, optional: time, answer: time })),
  }),
  z.transform(({ create, rotate, read, capture, code, patience = {}, ...page }) => {
    const resolved = (list: typeof rotate) => resolveSteps(list, patience.step ?? 15_000, patience.optional ?? 1500);
    return {
      ...page,
      create: create && resolved(create),
      rotate: resolved(rotate),
      /** The steps that show the key press nothing that may replace it. */
      read: {
        ...read,
        before: resolved(read.before ?? []).map((step) => ({ ...step, rotates: false, mayRotate: false })),
      },
      capture: { response: capture?.response, key: capture && isFilled(capture.key) ? capture.key : read.key },
      code: code ?? { field: [], submit: [], resend: [] },
      patience: { readyMs: patience.ready ?? 30_000, answerMs: patience.answer ?? 30_000 },
    };
  }),
);

/** As the file has it: its parts keep their names. */
export const writtenProfile = z
  .strictObject({
    name: z
      .string()
      .check(z.maxLength(40), z.regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens')),
    title: text,
    baseUrl: z
      .string()
      .check(z.refine(isOrigin, 'must be an http(s) address without a path, such as https://console.example')),
    timeZone: z.string().check(z.refine(isTimeZone, 'is not an IANA time zone such as Asia/Shanghai')),
    key: z.pipe(
      z.strictObject({
        pattern: keyPattern,
        lifetime: time,
        every: time,
        env: z.optional(textLike(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not a variable name')),
      }),
      z.transform(({ lifetime, every, ...key }) => ({
        ...key,
        /** The lifetime of a new key, for consoles that do not show its expiry. */
        lifetimeMs: lifetime,
        /** The interval between two renewals of keys that do not expire. */
        everyMs: every,
      })),
    ),
    session: z.pipe(
      z.strictObject({
        login: z.strictObject({ url: address }),
        cookies: z.optional(z.array(text).check(z.maxLength(20))),
        signedOut: some(rule),
      }),
      z.transform(({ login, cookies = [], signedOut }) => ({ loginUrl: login.url, cookies, signedOut })),
    ),
    http: z.optional(http),
    page: z.optional(page),
    probe: some(probe),
    refused: z.optional(z.strictObject({ when: many(rule) })),
    gone: z.optional(
      z.strictObject({
        announced: z.optional(textLike(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as 2026-04-17')),
        note: z.optional(z.string().check(z.maxLength(1000))),
        when: some(rule),
      }),
    ),
  })
  .check(
    z.superRefine(({ http, page, key, baseUrl }, context) => {
      const add = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
      if (!http && !page) add([], 'must have an http section, a page section or both');
      const saysExpiry = [http?.answer, page?.answer, page?.read].some((one) => isFilled(one?.expires ?? []));
      if (!saysExpiry && key.lifetimeMs === undefined && key.everyMs === undefined) {
        add(
          ['key'],
          'says neither how long a key lives nor when to renew it: add "lifetime: 90d" if its keys die after a fixed time, ' +
            '"every: 30d" if they do not expire, or an `expires` where the console shows the time',
        );
      }
      if (page && (page.read.response || page.capture.response) && !page.answer && !http) {
        add(['page', 'answer'], 'is needed to understand the responses');
      }
      if (page)
        for (const [path, message] of stepProblems(page, new URL(baseUrl).origin)) add(['page', ...path], message);
    }, whenResolved),
  );

export const siteProfileSchema = z.pipe(
  writtenProfile,
  z.transform(({ probe, refused, gone, page, ...others }) => ({
    ...others,
    page: page && { ...page, answer: page.answer ?? others.http?.answer },
    /** Run in this order until one gives a verdict. */
    probes: probe,
    refused: refused?.when ?? [],
    gone: { announced: gone?.announced, note: gone?.note, rules: gone?.when ?? [] },
  })),
);

/** A valid site profile as its file says it. */
export type SiteProfile = z.input<typeof siteProfileSchema>;

/** A site profile ready for use: compiled expressions, absolute addresses and defaults. */
export type ResolvedProfile = Readonly<z.output<typeof siteProfileSchema>>;
