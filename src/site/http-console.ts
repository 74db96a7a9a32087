import { appError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { siteErrorTexts } from '../messages/site-errors.js';
import type { Log } from '../lib/log.js';
import type { Redactor } from '../lib/redactor.js';
import { done, failed, type Attempt, type Failure } from '../core/outcome.js';
import { secretsOfCookies } from '../core/account-secrets.js';
import type { ConsoleReading, ConsoleSession, RotateHooks, RotateResult } from '../core/ports.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { retry } from '../lib/retry.js';
import { interpretAnswer, labelOf, type Meaning } from './interpret-answer.js';
import { httpRequest, type Answered, type Unanswered } from './http-request.js';
import { fillRequest } from './interpolate.js';
import type { ResolvedHttp, ResolvedProfile, ResolvedRequest } from './resolve-profile.js';
import { matchesAny } from './rules.js';
import { handOver } from './new-key.js';
import { openSessionCookies } from './session-cookies.js';
import { clockSkewOf } from './server-clock.js';
import { goneFailure } from './gone-failure.js';

export interface HttpConsoleOptions {
  readonly profile: ResolvedProfile;
  readonly checkpoint: SessionCheckpoint;
  /** Saves the session after answers changed its cookies. */
  readonly saveCheckpoint: (checkpoint: SessionCheckpoint) => Promise<void>;
  /** `http://`, `https://` or `socks5://`, with `user:password@` where needed. */
  readonly proxy?: string;
  /** For `${name}` in the profile's requests, when the console shows no name. */
  readonly keyName?: string;
  /** Redacts all text that comes from the console. */
  readonly redactor: Redactor;
  readonly onStep: (step: string) => void;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The first wait before a read is retried; 1 s by default. */
  readonly backoffMs?: number;
  /** How often a read is retried; 3 times by default. */
  readonly retries?: number;
}

/** A read is retried for at most this long, including waits that the site asks for. */
const patienceMs = 60_000;
const retries = 3;
/** Headers that an import may not replace, because the connection or the cookie jar sets them. */
const ownHeaders = new Set(['host', 'cookie', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding']);

/** The HTTP method: replays the session's cookies without a browser. Throws KT101 without an http section. */
export function openHttpConsole(options: HttpConsoleOptions): ConsoleSession {
  const { http } = options.profile;
  if (!http) {
    const message = siteErrorTexts.missingSection(options.profile.name, 'http');
    throw appError(settingsErrors.usage, { message, next: 'keyturn refresh --method browser' });
  }
  return new HttpConsole(options, http);
}

/** The read may be retried, after the wait that the site asks for. */
class RetryLater extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(readonly failure: Failure & { kind: 'unreachable' }) {
    super(failure.detail);
    this.retryAfterMs = failure.retryAfterMs;
  }
}

class HttpConsole implements ConsoleSession {
  readonly method = 'http';
  private readonly cookies: ReturnType<typeof openSessionCookies>;
  private readonly closing = new AbortController();
  private readonly signal: AbortSignal;
  private clockSkewMs: number | undefined;
  private areCookiesNew = false;

  constructor(
    private readonly options: HttpConsoleOptions,
    private readonly http: ResolvedHttp,
  ) {
    this.cookies = openSessionCookies(options.checkpoint.cookies, options.now);
    const { signal } = this.closing;
    this.signal = options.signal ? AbortSignal.any([options.signal, signal]) : signal;
  }

  async read(): Promise<Attempt<ConsoleReading>> {
    const signedOut = this.lacksLogin();
    if (signedOut) return failed(signedOut);
    this.options.onStep('reading the key over HTTP');
    const deadline = performance.now() + patienceMs;
    try {
      return await retry(() => this.readOnce(), {
        retries: this.options.retries ?? retries,
        minTimeoutMs: this.options.backoffMs ?? 1000,
        maxTimeoutMs: 10_000,
        maxRetryAfterMs: patienceMs,
        signal: this.signal,
        isRetryable: (error) => error instanceof RetryLater && performance.now() + (error.retryAfterMs ?? 0) < deadline,
        onRetry: (error, attempt) => {
          this.options.log.info({ attempt, why: (error as RetryLater).failure.detail }, 'reading again');
          this.options.onStep('waiting to read again');
        },
      });
    } catch (error) {
      if (error instanceof RetryLater) return failed(error.failure);
      throw error;
    }
  }

  dryRun(): Promise<Attempt<string>> {
    const { method, url } = this.http.rotate;
    const signedOut = this.lacksLogin();
    return Promise.resolve(signedOut ? failed(signedOut) : done(`send ${method} ${url} with the saved session`));
  }

  async rotate(current: ConsoleReading, hooks: RotateHooks): Promise<RotateResult> {
    const signedOut = this.lacksLogin();
    if (signedOut) return { ok: false, failure: signedOut, sent: 'no' };
    this.options.onStep(current.hasKey ? 'rotating the key over HTTP' : 'creating the key over HTTP');
    await hooks.beforePress();
    const meaning = await this.send(this.http.rotate, current.name ?? this.options.keyName);
    if (meaning.kind !== 'reading') {
      await this.keepCookies();
      return { ok: false, failure: meaning.failure, sent: meaning.sent };
    }
    const { key, expiresAt, hasKey } = meaning.reading;
    if (key !== undefined && key !== current.key) {
      const fresh = { key, expiresAt };
      // Save the key before anything else, including the checkpoint.
      await handOver(fresh, hooks, this.options.log);
      await this.keepCookies();
      return { ok: true, value: fresh };
    }
    await this.keepCookies();
    const held = key !== undefined ? 'the same key as before' : hasKey ? 'only a mask' : 'nothing';
    const seen = meaning.unfit ?? `${this.http.answer.key.join(', ')} held ${held}`;
    const detail = `${labelOf(this.http.rotate)} was answered without a new key: ${seen}.`;
    return { ok: false, sent: 'maybe', failure: { kind: 'not-seen', detail } };
  }

  async saveCheckpoint(): Promise<void> {
    const { checkpoint, now } = this.options;
    const savedAt = new Date(now()).toISOString();
    await this.options.saveCheckpoint({ ...checkpoint, savedAt, savedBy: 'http', cookies: this.cookies.all() });
    this.areCookiesNew = false;
  }

  close(): Promise<void> {
    this.closing.abort(new Error('the session was closed'));
    return Promise.resolve();
  }

  private async readOnce(): Promise<Attempt<ConsoleReading>> {
    const meaning = await this.send(this.http.read);
    await this.keepCookies();
    if (meaning.kind === 'reading') return done({ ...meaning.reading, clockSkewMs: this.clockSkewMs });
    if (meaning.failure.kind === 'unreachable') throw new RetryLater(meaning.failure);
    if (meaning.kind === 'missing' && (await this.hasClosed())) {
      return failed(goneFailure(this.options.profile, 'its key page says so'));
    }
    return failed(meaning.failure);
  }

  private async send(request: ResolvedRequest, name?: string): Promise<Meaning> {
    const answer = await this.fetchAnswer(request, name);
    if (answer.kind === 'unanswered') {
      const detail = `${labelOf(request)} was not answered: ${answer.why}.`;
      return { kind: 'failed', sent: answer.sent, failure: { kind: 'unreachable', detail } };
    }
    this.clockSkewMs = clockSkewOf(answer.headers, this.options.now()) ?? this.clockSkewMs;
    if (this.cookies.accept(answer.headers['set-cookie'] ?? [], request.url)) this.areCookiesNew = true;
    const { profile, redactor } = this.options;
    redactor.add(...secretsOfCookies(this.cookies.all(), profile.session.cookies));
    const meaning = interpretAnswer(answer, { request, profile, redactor, shape: this.http.answer });
    const outcome = meaning.kind === 'reading' ? 'reading' : meaning.failure.kind;
    this.options.log.debug({ request: labelOf(request), status: answer.status, meaning: outcome }, 'answer');
    return meaning;
  }

  private fetchAnswer(request: ResolvedRequest, name?: string): Promise<Answered | Unanswered> {
    const { profile, checkpoint, proxy } = this.options;
    const filled = fillRequest(request, {
      named: { baseUrl: profile.baseUrl, name },
      cookie: (cookie) => this.cookies.valueFor(request.url, cookie),
    });
    const headers: Record<string, string> = { ...filled.headers };
    for (const [name, value] of Object.entries(checkpoint.headers ?? {})) {
      const lower = name.toLowerCase();
      // A header that the profile derives from a cookie stays correct when the cookie changes; an imported copy
      // does not.
      const followsCookie = filled.headers[lower] !== undefined && request.headers[lower]?.includes('${cookie:');
      if (!ownHeaders.has(lower) && !followsCookie) headers[lower] = value;
    }
    const cookie = this.cookies.headerFor(request.url);
    if (cookie !== '') headers['cookie'] = cookie;
    return httpRequest({ ...filled, headers, timeoutMs: this.http.timeoutMs, proxy, signal: this.signal });
  }

  private lacksLogin(): Failure | undefined {
    const { session } = this.options.profile;
    const isThere = (name: string) => this.cookies.valueFor(this.http.read.url, name) !== undefined;
    if (session.cookies.length === 0 || session.cookies.some(isThere)) return undefined;
    return { kind: 'signed-out', detail: `The saved session has none of the cookies ${session.cookies.join(', ')}.` };
  }

  private async keepCookies(): Promise<void> {
    if (!this.areCookiesNew) return;
    try {
      await this.saveCheckpoint();
    } catch (error) {
      // The answer matters more. The caller saves again at the end and gets the error then.
      this.options.log.warn({ err: error }, 'the session checkpoint could not be saved');
    }
  }

  /** A missing endpoint may only have moved, so look for the closing notice on the key page. */
  private async hasClosed(): Promise<boolean> {
    const { profile } = this.options;
    if (!profile.page || !profile.gone.rules.some((rule) => rule.texts.length > 0)) return false;
    const answer = await this.fetchAnswer({ method: 'GET', url: profile.page.url, headers: { accept: 'text/html' } });
    return answer.kind === 'answered' && matchesAny(profile.gone.rules, answer);
  }
}
