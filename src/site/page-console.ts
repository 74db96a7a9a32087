import type { Dialog } from 'playwright';
import type { BrowserSession } from '../browser/browser-session.js';
import { appError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { siteErrorTexts } from '../messages/site-errors.js';
import { done, failed, type Dismissed } from '../core/outcome.js';
import type { ConsoleReading, ConsoleSession, RotateHooks } from '../core/ports.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { guardPage } from './guard-page.js';
import { watchKeyAnswers } from './key-answers.js';
import type { PageContext, PageDeps } from './page-context.js';
import { watchPageState } from './page-state.js';
import { readConsole } from './read-console.js';
import type { ResolvedPage } from './resolve-profile.js';
import { rotateOnPage, rotationSteps, type RotationState } from './rotate-on-page.js';
import { runSteps } from './run-steps.js';
import { stepFailure } from './step-failure.js';

export interface PageConsoleOptions extends PageDeps {
  /** The account's browser; closed by the console session's `close`. */
  readonly session: Pick<BrowserSession, 'page' | 'saveCheckpoint' | 'close'> & Partial<Pick<BrowserSession, 'gone'>>;
  readonly method: 'headless' | 'headed';
  /** Challenges that the person dismissed as false alarms. */
  readonly dismissed?: readonly Dismissed[];
  readonly saveCheckpoint: (checkpoint: SessionCheckpoint) => Promise<void>;
  /** Instead of the profile's timeout for each step that is not optional. */
  readonly stepTimeoutMs?: number;
  /** Epoch milliseconds; for the person's deadline. */
  readonly now?: () => number;
}

/** The page methods: the key page in the account's own browser. Throws KT101 when the profile has no page section. */
export function openPageConsole(options: PageConsoleOptions): ConsoleSession {
  const { session, method } = options;
  const context = openContext(options);
  let lastReading: ConsoleReading | undefined;
  let closing: Promise<void> | undefined;

  const onDialog = (dialog: Dialog): void => {
    if (context.isWithPerson) return;
    const isAgreed = context.agreesToDialogs || dialog.type() === 'beforeunload';
    context.log.info({ type: dialog.type(), isAgreed }, 'native dialog');
    void (isAgreed ? dialog.accept() : dialog.dismiss()).catch(() => undefined);
  };
  context.page.on('dialog', onDialog);

  const read = async () => {
    const reading = await readConsole(context);
    if (reading.ok) lastReading = reading.value;
    return reading;
  };

  return {
    method,
    read,
    dryRun: () =>
      guardPage(context, async () => {
        const reading = lastReading ? done(lastReading) : await read();
        return reading.ok ? dryRunOnPage(context, reading.value) : reading;
      }),
    rotate: async (current, hooks) => {
      const state: RotationState = { sent: 'no' };
      const learning: RotateHooks = {
        ...hooks,
        onKey: (key) => {
          context.redactor.add(key.key);
          return hooks.onKey(key);
        },
      };
      const result = await guardPage(context, () => rotateOnPage(context, { current, hooks: learning, state }));
      // The page may close right after the answer; a key that was caught still counts as success.
      const caught = state.keyCatch?.caught();
      if (caught) return { ok: true, value: await caught };
      return result.ok ? result : { ...result, sent: state.sent };
    },
    saveCheckpoint: async () => options.saveCheckpoint(await session.saveCheckpoint()),
    close: () => {
      closing ??= (async () => {
        context.page.off('dialog', onDialog);
        context.answers.stop();
        context.pageState.stop();
        await session.close();
      })();
      return closing;
    },
  };
}

function openContext(options: PageConsoleOptions): PageContext {
  const { session, profile, person, codes, redactor, evidence, keyName, onStep, log, signal } = options;
  const section = sectionOf(options);
  const { page } = session;
  const context: PageContext = {
    page,
    profile,
    section,
    pageState: watchPageState(page, profile, section, signal, options.dismissed),
    answers: watchKeyAnswers(page, profile, section, redactor),
    person,
    codes,
    redactor,
    evidence,
    keyName,
    onStep,
    log,
    signal,
    now: options.now ?? (() => Date.now()),
    closeBrowser: () => session.close(),
    isGone: false,
    hang: undefined,
    agreesToDialogs: false,
    isWithPerson: false,
    clockSkewMs: undefined,
  };
  page.on('crash', () => (context.isGone = true));
  void session.gone?.then(() => (context.isGone = true));
  return context;
}

function sectionOf({ profile, stepTimeoutMs }: PageConsoleOptions): ResolvedPage {
  const { page } = profile;
  if (!page) {
    const message = siteErrorTexts.missingSection(profile.name, 'page');
    throw appError(settingsErrors.usage, { message, next: 'keyturn refresh --method http' });
  }
  if (stepTimeoutMs === undefined) return page;
  const limited = (steps: ResolvedPage['rotate']) =>
    steps.map((step) => (step.isOptional ? step : { ...step, timeoutMs: stepTimeoutMs }));
  return { ...page, rotate: limited(page.rotate), create: page.create && limited(page.create) };
}

/** Runs the steps up to the one that would rotate, and returns a description of that step. */
async function dryRunOnPage(context: PageContext, reading: ConsoleReading) {
  const { page, profile, section, answers, pageState, keyName } = context;
  let press = '';
  const result = await runSteps({
    page,
    steps: rotationSteps(section, reading).map((step) => ({ ...step, rotates: step.mayRotate })),
    values: { named: { name: reading.name ?? keyName, baseUrl: profile.baseUrl } },
    beforeRotating: (step) => {
      press = step;
      return Promise.resolve(false);
    },
    isDone: () => false,
    nextAnswer: (ms) => answers.next(ms),
    isBlocked: async () => (await pageState.check({ stepFailed: true })).kind === 'failed',
  });
  if (result.kind === 'held') return done(`do ${press} on ${section.url}`);
  return failed(await stepFailure(context, result));
}
