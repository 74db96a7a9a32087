import { redactUrl } from '../lib/redact.js';
import type { Redactor } from '../lib/redactor.js';
import type { Failure } from '../core/outcome.js';
import type { ConsoleReading, Sent } from '../core/ports.js';
import { challengeText } from '../messages/challenges.js';
import { answerTexts as texts, failureTexts } from '../messages/failures.js';
import { same, type Text } from '../messages/text.js';
import { classifyResponse, type ResponseClue } from './challenge/response-clues.js';
import type { Answered } from './http-request.js';
import { matchesAny, parseJson, type Observed } from './match-rules.js';
import { readAnswer } from './read-answer.js';
import type { AnswerShape, ResolvedProfile } from './resolve-profile.js';

/** What an answer of the key endpoint means. `sent` applies when the request was one that rotates. */
export type Meaning =
  | { readonly kind: 'reading'; readonly reading: ConsoleReading; readonly unfit?: Text }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly sent: Sent };

type Answer = Omit<Answered, 'kind'>;

export interface InterpretOptions {
  readonly request: { readonly method: string; readonly url: string };
  readonly profile: ResolvedProfile;
  readonly redactor: Redactor;
  readonly shape: AnswerShape;
}

/**
 * The order of the checks matters, because consoles wrap one condition in another: a challenge (often with HTTP
 * 200), a redirect, a successful reading, the profile's rules for a blocked account or a closed service, rate
 * limits and server errors, an expired session, overload inside HTTP 200, and last all other errors.
 */
export function interpretAnswer(answer: Answer, options: InterpretOptions): Meaning {
  const { profile, request } = options;
  const label = labelOf(request);
  const json = parseJson(answer.text);
  const observed: Observed = { status: answer.status, text: answer.text, json };
  const clue = responseClue(answer, request.url, label);
  if (clue) return failed(clue, 'no');
  if (answer.status >= 300 && answer.status < 400) return redirected(answer, request.url, label);

  const meaning = json === undefined ? undefined : readAnswer(json, options.shape, profile, answeredAt(answer));
  const isSuccess = answer.status >= 200 && answer.status < 300;
  if (isSuccess && meaning?.kind === 'reading') return meaning;

  const quote = consoleMessage(meaning, options.redactor);
  const detail = (what: Text) => texts.of(label, what, quote);
  if (matchesAny(profile.refused, observed)) return failed({ kind: 'refused', detail: detail(texts.blocked) }, 'no');
  if (matchesAny(profile.gone.rules, observed)) {
    return failed(goneFailure(profile, failureTexts.closedBy.answer(label)), 'no');
  }
  if (answer.status === 429 || answer.status >= 500) {
    const wait = retryAfterMs(answer);
    const failure = { kind: 'unreachable', detail: detail(texts.status(answer.status)), retryAfterMs: wait } as const;
    return failed(failure, answer.status === 429 ? 'no' : 'maybe');
  }
  if (answer.status === 401 || answer.status === 403 || matchesAny(profile.session.signedOut, observed)) {
    return failed({ kind: 'signed-out', detail: detail(texts.signedOut) }, 'no');
  }
  if (profile.http && matchesAny(profile.http.busy, observed)) {
    return failed({ kind: 'unreachable', detail: detail(texts.busy) }, 'refused');
  }

  const drift = (why: Text, sent: Sent) => failed({ kind: 'drift', detail: detail(why) }, sent);
  if (answer.status === 404) {
    return drift(texts.nothingThere(profile.gone.note?.replace(/\.$/, '') ?? ''), 'no');
  }
  if (meaning?.kind === 'not-ok') {
    // A code like an HTTP 4xx means that the console rejected the request before it did anything.
    return drift(texts.consoleRefused, /^4\d\d/.test(meaning.code ?? '') ? 'no' : 'refused');
  }
  if (!isSuccess) {
    // A 4xx rejects the request, but 408 and 425 leave open whether it took effect.
    const isRefusal = answer.status >= 400 && answer.status < 500 && ![408, 425].includes(answer.status);
    return drift(texts.status(answer.status), isRefusal ? 'refused' : 'maybe');
  }
  if (meaning?.kind === 'unknown') return drift(meaning.why, 'maybe');
  const isHtml = /^\s*<(!doctype|html|head|body)/i.test(answer.text);
  return drift(isHtml ? texts.html : texts.notJson, 'maybe');
}

/** By the server's own clock. */
const answeredAt = ({ headers }: Answer) => Date.parse(headers.date ?? '') || Date.now();

const failed = (failure: Failure, sent: Sent): Meaning => ({ kind: 'failed', failure, sent });

function redirected(answer: Answer, url: string, label: string): Meaning {
  const location = answer.headers.location ?? '';
  const to = URL.canParse(location, url) ? new URL(location, url) : undefined;
  const where = to ? to.origin + to.pathname : 'nowhere';
  const isElsewhere = to !== undefined && to.host !== new URL(url).host;
  const isLogin = /(?:^|[/._-])(?:log-?in|sign-?in|passport|sso|oauth2?|auth)(?:[/._-]|$)/i.test(to?.pathname ?? '');
  if (isElsewhere || isLogin) {
    return failed({ kind: 'signed-out', detail: texts.of(label, texts.signedOutBy(where)) }, 'no');
  }
  return failed({ kind: 'drift', detail: texts.of(label, texts.redirected(where)) }, 'maybe');
}

/** `POST /api/key`, for messages. */
export const labelOf = ({ method, url }: InterpretOptions['request']) => `${method} ${new URL(url).pathname}`;

/** The console's own message, redacted because it may name the account. */
function consoleMessage(meaning: ReturnType<typeof readAnswer> | undefined, redactor: Redactor): string {
  if (meaning?.kind !== 'not-ok') return '';
  const parts = [meaning.code, meaning.message].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `"${redactor.foreign(parts.join(': '), 200)}"`;
}

/** The failure when the answer itself is a challenge or a refusal. Risk control often answers with HTTP 200. */
function responseClue(answer: Answer, url: string, label: string): Failure | undefined {
  const { status, headers, text } = answer;
  const facts = { status, headers, bodyText: text.slice(0, 65_536), expectsJson: true };
  const clue = markerOf(classifyResponse({ ...facts, url })) ?? markerOf(fromRedirect(answer, url));
  if (!clue) return undefined;
  const { label: kind, vendor, evidence } = clue;
  const challenge = { vendor, url: redactUrl(url), where: label, evidence: [evidence] };
  if (kind === 'login') {
    return { kind: 'signed-out', detail: texts.of(label, same(evidence)), challenge: { ...challenge, kind } };
  }
  if (kind !== 'captcha' && kind !== '2fa') return outageFailure(kind, label, `${vendor}: ${evidence}`);
  const detail = texts.askedFor(challengeText({ kind, vendor }, ''), label);
  return { kind: 'challenge', detail, challenge: { ...challenge, kind } };
}

/** @param where the request or the frame that shows it */
export function outageFailure(label: string, where: string, seen: string): Failure | undefined {
  if (label === 'rate_limited') return { kind: 'unreachable', detail: texts.of(where, texts.comeLater, seen) };
  if (label === 'maintenance') return { kind: 'unreachable', detail: texts.of(where, texts.maintenance, seen) };
  if (label === 'error') return { kind: 'refused', detail: texts.of(where, texts.refusesVisitor, seen) };
  return undefined;
}

/** Ignores clues from the bare status, which the profile's own rules interpret. */
const markerOf = (clue: ResponseClue | undefined) => (clue?.strength === 'status' ? undefined : clue);

function fromRedirect(answer: Answer, from: string): ResponseClue | undefined {
  const { location } = answer.headers;
  if (location === undefined || !URL.canParse(location, from)) return undefined;
  return classifyResponse({ url: new URL(location, from).href, status: 200, headers: {} });
}

/** The Retry-After header in milliseconds from the answer. */
function retryAfterMs(answer: Answer): number | undefined {
  const text = (answer.headers['retry-after'] ?? '').trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const waitMs = Date.parse(text) - answeredAt(answer);
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

export function goneFailure({ title, gone }: ResolvedProfile, why: Text): Failure {
  return { kind: 'gone', detail: failureTexts.closed(title, why, gone.announced, gone.note) };
}
