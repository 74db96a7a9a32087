import type { Dialog, Page } from 'playwright';
import type { BrowserSession } from '../browser/browser-session.js';
import { watchForHang } from './hang-watch.js';
import { appError } from '../errors/app-error.js';
import { siteErrors } from '../errors/site-errors.js';
import type { Log } from '../lib/log.js';
import type { Redactor } from '../lib/redactor.js';
import { secretsOfCookies } from '../core/account-secrets.js';
import { done, failed, type Attempt, type Dismissed, type Evidence, type Failure } from '../core/outcome.js';
import type {
  CodeProvider,
  ConsoleReading,
  ConsoleSession,
  PersonAtBrowser,
  RotateHooks,
  RotateResult,
} from '../core/ports.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { watchKeyAnswers, type KeyAnswers } from './key-answers.js';
import { isPageGone } from './locate.js';
import { openKeyPage } from './open-key-page.js';
import { openPageSight, type PageState } from './page-sight.js';
import { readPage, visibleText } from './read-page.js';
import type { ResolvedPage, ResolvedProfile } from './resolve-profile.js';
import { rotateOnPage, type RotationState } from './rotate-on-page.js';
import { runSteps } from './run-steps.js';
import { stepFailure } from './step-failure.js';
import { waitForCode, wantsCode } from './wait-for-code.js';
import { waitForPerson, wantsPerson } from './wait-for-person.js';

export interface PageConsoleOptions {
  readonly profile: ResolvedProfile;
  /** The account's browser; closed by the console session's `close`. */
  readonly session: Pick<BrowserSession, 'page' | 'saveCheckpoint' | 'close'> & Partial<Pick<BrowserSession, 'gone'>>;
  readonly method: 'headless' | 'headed';
  /** Who clears a challenge in the visible browser. Without one, a challenge ends the method. */
  readonly person?: PersonAtBrowser;
  /** Who sends the code that a page without a person asks for. */
  readonly codes?: CodeProvider;
  /** Demands that the person called mistakes. */
  readonly dismissed?: readonly Dismissed[];
  /** What the page says passes it. */
  readonly redactor: Redactor;
  /** Keeps a redacted picture of the page. */
  readonly evidence: (page: Page, info: { readonly step?: string; readonly textFound?: string }) => Promise<Evidence>;
  readonly saveCheckpoint: (checkpoint: SessionCheckpoint) => Promise<void>;
  /** For `${name}` in the profile's steps, when the console shows no name. */
  readonly keyName?: string;
  readonly onStep: (step: string) => void;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** Instead of the profile's patience with each step. */
  readonly stepTimeoutMs?: number;
  /** Epoch milliseconds; for the person's deadline. */
  readonly now?: () => number;
}

/** The page methods: the key page in the account's own browser. Throws KT405 when the profile has no page section. */
export function openPageConsole(options: PageConsoleOptions): ConsoleSession {
  const { page } = options.profile;
  if (!page) throw appError(siteErrors.missingSection, { site: options.profile.name, section: 'page' });
  const { stepTimeoutMs } = options;
  const patient = (steps: ResolvedPage['rotate']) =>
    stepTimeoutMs === undefined
      ? steps
      : steps.map((step) => (step.isOptional ? step : { ...step, timeoutMs: stepTimeoutMs }));
  return new PageConsole(options, {
    ...page,
    rotate: patient(page.rotate),
    create: page.create && patient(page.create),
  });
}

/** What the parts of the page methods share. */
export interface PageWork {
  readonly page: Page;
  readonly profile: ResolvedProfile;
  readonly section: ResolvedPage;
  readonly sight: PageState;
  readonly answers: KeyAnswers;
  readonly log: Log;
  readonly signal: AbortSignal | undefined;
  readonly onStep: (step: string) => void;
  readonly keyName: string | undefined;
  /** Native confirm() dialogs are agreed to while this is set. */
  agreesToDialogs: boolean;
  /** As {@link ConsoleReading.clockSkewMs} has it, by the newest answer that surely came from the site. */
  clockSkewMs: number | undefined;
  /** The beginning of what a person reads on the page, without secrets. */
  shownText(limit: number): Promise<string>;
  /** Opens the key page and brings it to ready, with the person's help where there is one. */
  open(): Promise<Failure | undefined>;
  /** Lets the person clear what stands in the way; the failure itself when there is nobody. */
  help(failure: Failure, hasKey: () => boolean): Promise<Failure | undefined>;
  read(): Promise<Attempt<ConsoleReading>>;
}

/** Of a page's text; read whole, since a secret that is cut off is not recognised. */
const mostText = 20_000;

class PageConsole implements ConsoleSession, PageWork {
  readonly method: 'headless' | 'headed';
  readonly page: Page;
  readonly profile: ResolvedProfile;
  readonly sight: PageState;
  readonly answers: KeyAnswers;
  readonly log: Log;
  readonly signal: AbortSignal | undefined;
  readonly onStep: (step: string) => void;
  readonly keyName: string | undefined;
  agreesToDialogs = false;
  clockSkewMs: number | undefined;
  private lastReading: ConsoleReading | undefined;
  private isGone = false;
  private hang: string | undefined;
  private isInPersonsHands = false;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly options: PageConsoleOptions,
    readonly section: ResolvedPage,
  ) {
    const { session, profile, signal } = options;
    this.method = options.method;
    this.page = session.page;
    this.profile = profile;
    this.log = options.log;
    this.signal = signal;
    this.onStep = options.onStep;
    this.keyName = options.keyName;
    this.sight = openPageSight(this.page, profile, section, signal, options.dismissed);
    this.answers = watchKeyAnswers(this.page, profile, section, options.redactor);
    this.page.on('dialog', this.onDialog);
    this.page.on('crash', () => (this.isGone = true));
    void session.gone?.then(() => (this.isGone = true));
  }

  read(): Promise<Attempt<ConsoleReading>> {
    return this.guarded(async () => {
      this.onStep('opening the key page');
      const failure = await this.open();
      if (failure) return failed(failure);
      this.onStep('reading the key');
      const reading = await this.readKey();
      if (reading) {
        this.options.redactor.add(reading.key);
        this.lastReading = { ...reading, clockSkewMs: this.clockSkewMs };
        return done(this.lastReading);
      }
      const detail = 'The key page shows neither a key nor that there is none.';
      return failed({ kind: 'drift', step: 'reading the key', detail });
    });
  }

  dryRun(): Promise<Attempt<string>> {
    return this.guarded(async () => {
      const reading = this.lastReading ? done(this.lastReading) : await this.read();
      if (!reading.ok) return reading;
      const steps = this.stepsFor(reading.value).map((step) => ({ ...step, rotates: step.mayRotate }));
      let press = '';
      const end = await runSteps({
        page: this.page,
        steps,
        values: { named: { name: reading.value.name ?? this.keyName, baseUrl: this.profile.baseUrl } },
        beforeRotating: (step) => {
          press = step;
          return Promise.resolve(false);
        },
        isDone: () => false,
        stirred: (ms) => this.answers.next(ms),
        isBlocked: async () => (await this.sight.look({ stepFailed: true })).kind === 'failed',
      });
      if (end.kind === 'held') return done(`do ${press} on ${this.section.url}`);
      return failed(await stepFailure(this, end));
    });
  }

  async rotate(current: ConsoleReading, hooks: RotateHooks): Promise<RotateResult> {
    const state: RotationState = { sent: 'no' };
    const learning: RotateHooks = {
      ...hooks,
      onKey: (key) => {
        this.options.redactor.add(key.key);
        return hooks.onKey(key);
      },
    };
    const result = await this.guarded(() => rotateOnPage(this, current, learning, state));
    // The page may go away right after the answer came: the key is what counts.
    const caught = state.keyCatch?.caught();
    if (caught) return { ok: true, value: await caught };
    return result.ok ? result : { ...result, sent: state.sent };
  }

  async open(): Promise<Failure | undefined> {
    const failure = await openKeyPage(this);
    return failure && this.help(failure, () => false);
  }

  async help(failure: Failure, hasKey: () => boolean): Promise<Failure | undefined> {
    const { person, codes, now = () => Date.now() } = this.options;
    if (!person && codes && wantsCode(failure)) {
      return waitForCode(failure, {
        page: this.page,
        sight: this.sight,
        section: this.section,
        codes,
        log: this.log,
        signal: this.signal,
        onStep: this.onStep,
        hasKey,
        pause: (ms) => this.answers.next(ms),
        evidence: (wanted) => this.evidenceOf(wanted),
      });
    }
    if (!person || !wantsPerson(failure)) return failure;
    this.onStep('waiting for the person at the browser');
    this.isInPersonsHands = true;
    const left = await waitForPerson(failure, {
      page: this.page,
      sight: this.sight,
      section: this.section,
      person,
      signal: this.signal,
      now,
      hasKey,
      pause: (ms) => this.answers.next(ms),
    }).finally(() => {
      this.isInPersonsHands = false;
    });
    if (!left) this.log.info({ failure: failure.kind }, 'the person cleared the way');
    return left;
  }

  async shownText(limit: number): Promise<string> {
    const { redactor } = this.options;
    // The site may have changed them since the session was saved.
    const cookies = await this.page
      .context()
      .cookies()
      .catch(() => []);
    redactor.add(...secretsOfCookies(cookies, this.profile.session.cookies));
    return redactor.foreign(await visibleText(this.page, mostText), limit);
  }

  stepsFor(reading: ConsoleReading): ResolvedPage['rotate'] {
    return reading.hasKey ? this.section.rotate : (this.section.create ?? this.section.rotate);
  }

  async saveCheckpoint(): Promise<void> {
    await this.options.saveCheckpoint(await this.options.session.saveCheckpoint());
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeOnce());
  }

  private async closeOnce(): Promise<void> {
    this.page.off('dialog', this.onDialog);
    this.answers.stop();
    this.sight.stop();
    await this.options.session.close();
  }

  /** What the page fetched, completed by what it shows; the page alone when the answer is not one that the profile knows. */
  private async readKey(): Promise<ConsoleReading | undefined> {
    const { section, answers } = this;
    if (section.read.response && !answers.read) await answers.next(2000);
    const deadline = performance.now() + 3000;
    for (;;) {
      const shown = await readPage(this.page, this.profile, section);
      const { read } = answers;
      if (read?.kind === 'reading') {
        return {
          ...read.reading,
          key: read.reading.key ?? shown?.key,
          expiresAt: read.reading.expiresAt ?? shown?.expiresAt,
        };
      }
      // Some pages fill the key in by a later request.
      if (shown || performance.now() > deadline) return shown;
      await answers.next(200);
    }
  }

  /** Runs a step of the session: an abort rejects, a page that went away is a failure, and a failure gets its evidence. */
  private async guarded<T>(work: () => Promise<Attempt<T>>): Promise<Attempt<T>> {
    this.signal?.throwIfAborted();
    let result: Attempt<T>;
    const unwatch = this.watchForHang();
    try {
      result = await work();
    } catch (error) {
      this.signal?.throwIfAborted();
      this.options.person?.signal?.throwIfAborted();
      if (!this.isGone && !isPageGone(error)) throw error;
      this.log.warn({ err: error }, 'the browser went away');
      const byPerson = this.options.person ? ' (its window may have been closed)' : '';
      const detail = this.hang ?? `The browser went away in the middle of the work${byPerson}.`;
      return failed({ kind: 'unreachable', browserGone: true, detail });
    } finally {
      unwatch();
    }
    if (result.ok || result.failure.evidence) return result;
    return failed({ ...result.failure, evidence: await this.evidenceOf(result.failure) });
  }

  private watchForHang(): () => void {
    if (this.options.person) return () => undefined;
    return watchForHang(this.page, {
      onHang: (silentMs) => {
        this.hang = `The browser did not answer for ${silentMs / 1000} s and was ended.`;
        this.log.warn({ silentMs }, 'the browser hangs');
        void this.options.session.close();
      },
    });
  }

  private async evidenceOf(failure: Failure): Promise<Evidence | undefined> {
    const step = failure.kind === 'drift' ? failure.step : undefined;
    try {
      const textFound = await this.shownText(400);
      return { ...(await this.options.evidence(this.page, { step, textFound })), step, textFound };
    } catch (error) {
      this.log.warn({ err: error }, 'no evidence could be kept');
      return undefined;
    }
  }

  private readonly onDialog = (dialog: Dialog): void => {
    // The person sees it too, and it is theirs to answer.
    if (this.isInPersonsHands) return;
    const isAgreed = this.agreesToDialogs || dialog.type() === 'beforeunload';
    this.log.info({ type: dialog.type(), isAgreed }, 'native dialog');
    void (isAgreed ? dialog.accept() : dialog.dismiss()).catch(() => undefined);
  };
}
