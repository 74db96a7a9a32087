import { pressGraceMs } from '../core/rotation.js';
import { laterSignal } from '../lib/later-signal.js';
import { answerTexts, failureTexts } from '../messages/failures.js';
import { dryRunTexts } from '../messages/results.js';
import { done, failed, type Attempt } from '../core/outcome.js';
import { secretsOfCookies } from '../core/account-secrets.js';
import type { ConsoleReading, ConsoleSession } from '../core/ports.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import type { Network } from '../lib/network.js';
import { pause } from '../lib/retry.js';
import { interpretAnswer, labelOf, type Meaning } from './interpret-answer.js';
import { httpRequest } from './http-request.js';
import { fillRequest } from './interpolate.js';
import type { PageDeps } from './page-context.js';
import type { ResolvedRequest } from './resolve-profile.js';
import { expiryIn, handOver } from './new-key.js';
import { openSessionCookies } from './session-cookies.js';
import { clockSkewOf } from './server-clock.js';
import { missingSection } from './site-errors.js';

export interface HttpConsoleOptions extends Omit<PageDeps, 'person' | 'codes' | 'evidence'> {
  readonly checkpoint: SessionCheckpoint;
  readonly saveCheckpoint: (checkpoint: SessionCheckpoint) => Promise<void>;
  readonly network: Network;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The first wait before a read is retried; 1 s by default. */
  readonly backoffMs?: number;
  /** How often a read is retried; 3 times by default. */
  readonly retries?: number;
}

/** A read is retried for at most this long, including waits that the site asks for. */
const patienceMs = 60_000;
/** Headers that an import may not replace, because the connection or the cookie jar sets them. */
const ownHeaders = new Set(['host', 'cookie', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding']);

/** The HTTP method: replays the session's cookies without a browser. Throws KT101 without an http section. */
export function openHttpConsole(options: HttpConsoleOptions): ConsoleSession {
  const { profile, checkpoint, redactor, onStep, log, now } = options;
  const { http, session } = profile;
  if (!http) throw missingSection(profile.name, 'http');
  const { read, rotate, answer: shape, timeoutMs } = http;
  const closing = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal;
  let clockSkewMs: number | undefined;
  let isAnswered = false;
  const siteNow = () => now() - (clockSkewMs ?? 0);
  // Until an answer has shown the site's clock, no cookie counts as expired: this machine's may be wrong.
  const cookies = openSessionCookies(checkpoint.cookies, () => (isAnswered ? [now(), siteNow()] : [0]));
  let areCookiesNew = false;

  return {
    method: 'http',
    read: async () => {
      const isThere = (name: string) => cookies.valueFor(read.url, name) !== undefined;
      if (session.cookies.length > 0 && !session.cookies.some(isThere)) {
        return failed({ kind: 'signed-out', detail: failureTexts.lacksCookies(session.cookies.join(', ')) });
      }
      onStep('reading the key over HTTP');
      const { retries = 3, backoffMs = 1000 } = options;
      const deadline = performance.now() + patienceMs;
      for (let attempt = 1; ; attempt += 1) {
        const reading = await readOnce();
        if (reading.ok || reading.failure.kind !== 'unreachable' || attempt > retries) return reading;
        const { detail, retryAfterMs = 0 } = reading.failure;
        const waitMs = Math.max(retryAfterMs, backoffMs * 2 ** (attempt - 1) * (1 + Math.random()));
        if (performance.now() + waitMs >= deadline) return reading;
        log.info({ attempt, why: detail.en }, 'reading again');
        onStep('waiting to read again');
        await pause(waitMs, signal);
      }
    },
    clockSkewMs: () => clockSkewMs,
    dryRun: () => Promise.resolve(done(dryRunTexts.send(rotate.method, rotate.url))),
    rotate: async (current, hooks) => {
      onStep(current.hasKey ? 'rotating the key over HTTP' : 'creating the key over HTTP');
      await hooks.beforePress();
      const later = laterSignal(options.signal, pressGraceMs, closing.signal);
      const meaning = await send(rotate, current.name ?? options.keyName, later);
      try {
        if (meaning.kind === 'failed') return { ok: false, failure: meaning.failure, sent: meaning.sent };
        const { key, hasKey } = meaning.reading;
        if (key !== undefined && key !== current.key) {
          return { ok: true, value: await handOver({ ...expiryIn(meaning.reading), key }, hooks, log) };
        }
        const held = key !== undefined ? 'same' : hasKey ? 'mask' : 'nothing';
        const seen = meaning.unfit ?? answerTexts.held(shape.key.join(', '), held);
        const detail = answerTexts.of(labelOf(rotate), answerTexts.withoutKey(seen));
        return { ok: false, sent: 'maybe', failure: { kind: 'not-seen', detail } };
      } finally {
        // Only now: the new key is saved before anything else.
        await keepCookies();
      }
    },
    saveCheckpoint,
    close: () => {
      closing.abort(new Error('the session was closed'));
      return Promise.resolve();
    },
  };

  async function saveCheckpoint(): Promise<void> {
    const savedAt = new Date(now()).toISOString();
    await options.saveCheckpoint({ ...checkpoint, savedAt, savedBy: 'http', cookies: cookies.all() });
    areCookiesNew = false;
  }

  async function readOnce(): Promise<Attempt<ConsoleReading>> {
    const meaning = await send(read);
    await keepCookies();
    if (meaning.kind === 'reading') return done(meaning.reading);
    return failed(meaning.failure);
  }

  async function send(request: ResolvedRequest, name?: string, ends = signal): Promise<Meaning> {
    const filled = fillRequest(request, {
      named: { baseUrl: profile.baseUrl, name },
      cookie: (cookie) => cookies.valueFor(request.url, cookie),
    });
    const headers: Record<string, string> = { ...filled.headers };
    for (const [name, value] of Object.entries(checkpoint.headers ?? {})) {
      const lower = name.toLowerCase();
      // Unlike an imported copy, a header that the profile derives from a cookie follows that cookie.
      const followsCookie = filled.headers[lower] !== undefined && request.headers[lower]?.includes('${cookie:');
      if (!ownHeaders.has(lower) && !followsCookie) headers[lower] = value;
    }
    const cookie = cookies.headerFor(request.url);
    if (cookie !== '') headers['cookie'] = cookie;
    const answer = await httpRequest({ ...filled, headers, timeoutMs, network: options.network, signal: ends });
    if (answer.kind === 'unanswered') {
      const detail = answerTexts.of(labelOf(request), answerTexts.unanswered(answer.why));
      const kind = answer.lasts ? 'misconfigured' : 'unreachable';
      return { kind: 'failed', sent: answer.sent, failure: { kind, detail } };
    }
    clockSkewMs = clockSkewOf(answer.headers, now()) ?? clockSkewMs;
    isAnswered = true;
    if (cookies.accept(answer.headers['set-cookie'] ?? [], request.url, siteNow())) areCookiesNew = true;
    redactor.add(...secretsOfCookies(cookies.all(), session.cookies));
    const meaning = interpretAnswer(answer, { request, profile, redactor, shape });
    const outcome = meaning.kind === 'reading' ? 'reading' : meaning.failure.kind;
    log.debug({ request: labelOf(request), status: answer.status, meaning: outcome }, 'answer');
    return meaning;
  }

  async function keepCookies(): Promise<void> {
    if (!areCookiesNew) return;
    try {
      await saveCheckpoint();
    } catch (error) {
      // The answer matters more. The caller saves again at the end and gets the error then.
      log.warn({ err: error }, 'the session checkpoint could not be saved');
    }
  }
}
