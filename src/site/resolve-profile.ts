import { appError } from '../errors/app-error.js';
import { siteErrors } from '../errors/site-errors.js';
import { compileRules, type Rule } from './rules.js';
import type { JsonValue, ProfileStep, ProfileTarget, SiteProfile } from './schema.js';
import { asList, compileTextMatcher, compileTextMatchers, type TextMatcher } from './text-matcher.js';

/** A site profile ready for use, with absolute addresses, compiled expressions and defaults. */
export interface ResolvedProfile {
  readonly name: string;
  readonly title: string;
  /** An origin without a final slash. */
  readonly baseUrl: string;
  readonly timeZone: string;
  readonly key: {
    readonly pattern: RegExp;
    /** The lifetime of a new key, for consoles that do not show its expiry. */
    readonly lifetimeMs?: number;
    /** The interval between two renewals of keys that do not expire. */
    readonly everyMs?: number;
    readonly env?: string;
  };
  readonly session: {
    readonly loginUrl: string;
    /** The cookies that carry the login. */
    readonly cookies: readonly string[];
    readonly signedOut: readonly Rule[];
  };
  readonly http?: ResolvedHttp;
  readonly page?: ResolvedPage;
  /** Run in this order until one gives a verdict. */
  readonly probes: readonly ResolvedProbe[];
  readonly refused: readonly Rule[];
  readonly gone: { readonly announced?: string; readonly note?: string; readonly rules: readonly Rule[] };
}

export interface ResolvedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: JsonValue;
}

/** Where an answer holds its values; dotted paths. */
export interface AnswerShape {
  readonly ok?: string;
  readonly key: readonly string[];
  readonly expires: readonly string[];
  readonly expired?: string;
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
}

export interface ResolvedHttp {
  readonly read: ResolvedRequest;
  readonly rotate: ResolvedRequest;
  readonly answer: AnswerShape;
  /** Answers that mean "too busy, try again later". */
  readonly busy: readonly Rule[];
  readonly timeoutMs: number;
}

export type Target =
  | { readonly by: 'role'; readonly role: string; readonly names: readonly TextMatcher[] }
  | { readonly by: 'label' | 'text'; readonly texts: readonly TextMatcher[] }
  | { readonly by: 'testId' | 'css'; readonly value: string };

export interface Step {
  readonly action: 'click' | 'fill' | 'check' | 'press' | 'waitFor';
  /** Alternatives; empty for `press`. */
  readonly targets: readonly Target[];
  /** The text to type or the keyboard key to press. */
  readonly value?: string;
  readonly isOptional: boolean;
  /** The write-ahead precedes this step: the marked steps, or without a mark the last click that is not optional. */
  readonly rotates: boolean;
  /** A dry run ends before this step: the marked steps, or without a mark every click, check and press. */
  readonly mayRotate: boolean;
  readonly timeoutMs: number;
}

export interface ResponseMatcher {
  readonly method: string;
  readonly pathname: string;
}

export interface ResolvedPage {
  readonly url: string;
  readonly ready: readonly Target[];
  readonly read: {
    readonly response?: ResponseMatcher;
    readonly key: readonly Target[];
    readonly expires: readonly Target[];
    readonly none: readonly Target[];
  };
  readonly answer?: AnswerShape;
  readonly create?: readonly Step[];
  readonly rotate: readonly Step[];
  readonly capture: { readonly response?: ResponseMatcher; readonly key: readonly Target[] };
  /** The field, submit and resend controls of a code prompt, for pages on which detection does not find them. */
  readonly code: {
    readonly field: readonly Target[];
    readonly submit: readonly Target[];
    readonly resend: readonly Target[];
  };
  readonly patience: { readonly readyMs: number; readonly answerMs: number };
}

export interface ResolvedProbe extends ResolvedRequest {
  readonly valid: readonly Rule[];
  readonly invalid: readonly Rule[];
  readonly banned: readonly Rule[];
  readonly timeoutMs: number;
}

export interface ProfileOverrides {
  /** Another address of the same console: an origin such as `http://127.0.0.1:8080`. */
  readonly baseUrl?: string;
  /** Another address of the key's own service: an origin keeps the probe's path, a full address replaces it. */
  readonly probeUrl?: string;
}

export function resolveProfile(profile: SiteProfile, overrides: ProfileOverrides = {}): ResolvedProfile {
  const own = new URL(profile.baseUrl).origin;
  const baseUrl = overrides.baseUrl === undefined ? own : requireOrigin(overrides.baseUrl);
  const absolute = (address: string) => {
    const url = new URL(address, baseUrl);
    return url.origin === own ? baseUrl + url.pathname + url.search + url.hash : url.href;
  };
  const { http, page, session, key, gone } = profile;
  return {
    name: profile.name,
    title: profile.title,
    baseUrl,
    timeZone: profile.timeZone,
    key: { pattern: new RegExp(key.pattern), lifetimeMs: key.lifetime, everyMs: key.every, env: key.env },
    session: {
      loginUrl: absolute(session.login.url),
      cookies: session.cookies ?? [],
      signedOut: compileRules(session.signedOut),
    },
    http: http && {
      read: request(http.read, http.headers, absolute),
      rotate: request(http.rotate, http.headers, absolute),
      answer: answerShape(http.answer),
      busy: compileRules(http.busy),
      timeoutMs: http.within ?? 20_000,
    },
    page: page && resolvePage(page, http?.answer, absolute),
    probes: resolveProbes(profile, absolute, baseUrl, overrides.probeUrl),
    refused: compileRules(profile.refused?.when),
    gone: { announced: gone?.announced, note: gone?.note, rules: compileRules(gone?.when) },
  };
}

type HttpSection = NonNullable<SiteProfile['http']>;
type PageSection = NonNullable<SiteProfile['page']>;

function request(
  from: HttpSection['read'],
  common: HttpSection['headers'],
  absolute: (address: string) => string,
): ResolvedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...common, ...from.headers })) headers[name.toLowerCase()] = value;
  return { method: from.method, url: absolute(from.path), headers, json: from.json };
}

function answerShape(answer: HttpSection['answer']): AnswerShape {
  return { ...answer, key: asList(answer.key), expires: asList(answer.expires) };
}

function resolvePage(
  page: PageSection,
  httpAnswer: HttpSection['answer'] | undefined,
  absolute: (address: string) => string,
): ResolvedPage {
  const answer = page.answer ?? httpAnswer;
  const stepMs = page.patience?.step ?? 15_000;
  const optionalMs = page.patience?.optional ?? 1500;
  const steps = (list: readonly ProfileStep[]) => resolveSteps(list, stepMs, optionalMs);
  const readKey = targets(page.read.key);
  return {
    url: absolute(page.url),
    ready: targets(page.ready),
    read: {
      response: responseMatcher(page.read.response),
      key: readKey,
      expires: targets(page.read.expires),
      none: targets(page.read.none),
    },
    answer: answer && answerShape(answer),
    create: page.create && steps(page.create),
    rotate: steps(page.rotate),
    capture: {
      response: responseMatcher(page.capture?.response),
      key: page.capture?.key ? targets(page.capture.key) : readKey,
    },
    code: {
      field: targets(page.code?.field),
      submit: targets(page.code?.submit),
      resend: targets(page.code?.resend),
    },
    patience: { readyMs: page.patience?.ready ?? 30_000, answerMs: page.patience?.answer ?? 30_000 },
  };
}

/** Without a mark, the last click that is not optional rotates. */
function resolveSteps(list: readonly ProfileStep[], stepMs: number, optionalMs: number): readonly Step[] {
  const isMarked = list.some((step) => step.rotates);
  const lastClick = list.findLastIndex((step) => step.click !== undefined && !step.optional);
  return list.map((step, index) => {
    const isOptional = step.optional ?? false;
    const presses = step.click !== undefined || step.check !== undefined || step.press !== undefined;
    const shared = {
      isOptional,
      rotates: isMarked ? (step.rotates ?? false) : index === lastClick,
      mayRotate: isMarked ? (step.rotates ?? false) : presses,
      timeoutMs: step.within ?? (isOptional ? optionalMs : stepMs),
    };
    if (step.click !== undefined) return { action: 'click', targets: targets(step.click), ...shared };
    if (step.check !== undefined) return { action: 'check', targets: targets(step.check), ...shared };
    if (step.waitFor !== undefined) return { action: 'waitFor', targets: targets(step.waitFor), ...shared };
    if (step.fill !== undefined) {
      return { action: 'fill', targets: targets(step.fill.into), value: step.fill.with, ...shared };
    }
    return { action: 'press', targets: [], value: step.press!, ...shared };
  });
}

function targets(value: ProfileTarget | readonly ProfileTarget[] | undefined): readonly Target[] {
  return asList<ProfileTarget>(value).map((one): Target => {
    if (typeof one === 'string') return { by: 'text', texts: [compileTextMatcher(one) ?? one] };
    if ('role' in one) return { by: 'role', role: one.role, names: compileTextMatchers(one.name) };
    if ('label' in one) return { by: 'label', texts: compileTextMatchers(one.label) };
    if ('text' in one) return { by: 'text', texts: compileTextMatchers(one.text) };
    return 'testId' in one ? { by: 'testId', value: one.testId } : { by: 'css', value: one.css };
  });
}

function responseMatcher(text: string | undefined): ResponseMatcher | undefined {
  if (text === undefined) return undefined;
  const [method, path] = text.split(' ') as [string, string];
  return { method, pathname: path.replace(/[?#].*$/, '') };
}

function resolveProbes(
  profile: SiteProfile,
  absolute: (address: string) => string,
  baseUrl: string,
  probeUrl: string | undefined,
): readonly ResolvedProbe[] {
  const override = probeUrl === undefined ? undefined : requireAddress(probeUrl);
  const probes = asList<Exclude<SiteProfile['probe'], readonly unknown[] | undefined>>(profile.probe).map((probe) => ({
    ...request(
      { method: probe.method, path: probe.url, headers: probe.headers, json: probe.json },
      undefined,
      absolute,
    ),
    valid: compileRules(probe.valid),
    invalid: compileRules(probe.invalid),
    banned: compileRules(probe.banned),
    timeoutMs: probe.within ?? 20_000,
  }));
  if (!override) return probes;
  // The override leaves probes on the console itself alone, unless there is no other probe.
  const isElsewhere = (probe: ResolvedProbe) => new URL(probe.url).origin !== new URL(baseUrl).origin;
  const hasOther = probes.some(isElsewhere);
  return probes.map((probe) => {
    if (hasOther && !isElsewhere(probe)) return probe;
    const from = new URL(probe.url);
    return { ...probe, url: override.pathname === '/' ? override.origin + from.pathname + from.search : override.href };
  });
}

function requireOrigin(value: string): string {
  const url = requireAddress(value);
  if (url.pathname !== '/' || url.search || url.hash) {
    throw appError(siteErrors.badAddress, { value, why: 'the address of a console has no path' });
  }
  return url.origin;
}

function requireAddress(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw appError(siteErrors.badAddress, { value, why: 'it is not a whole http or https address' });
  }
  if (url.username || url.password) {
    throw appError(siteErrors.badAddress, { value: url.host, why: 'it must not carry a user name or password' });
  }
  return url;
}
