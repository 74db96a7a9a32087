import type { BrowserSession } from '../browser/open-session.js';
import { dryRunTexts } from '../messages/results.js';
import { same } from '../messages/text.js';
import { done, failed, type Dismissed } from '../core/outcome.js';
import type { ConsoleReading, ConsoleSession } from '../core/ports.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { dismissNotices } from './dismiss-notices.js';
import { guardPage } from './guard-page.js';
import { watchKeyAnswers } from './key-answers.js';
import type { PageContext, PageDeps } from './page-context.js';
import { watchPageState } from './page-state.js';
import { readConsole } from './read-console.js';
import { rotateOnPage, rotationSteps } from './rotate-on-page.js';
import { runSteps, stepFailure } from './run-steps.js';
import { missingSection } from './site-errors.js';

export interface PageConsoleOptions extends PageDeps {
  /** The account's browser; closed by the console session's `close`. */
  readonly session: Pick<BrowserSession, 'page' | 'saveCheckpoint' | 'close'>;
  readonly method: 'headless' | 'headed';
  readonly dismissed?: readonly Dismissed[];
  readonly saveCheckpoint: (checkpoint: SessionCheckpoint) => Promise<void>;
}

/** The page methods: the key page in the account's own browser. Throws KT101 when the profile has no page section. */
export function openPageConsole(options: PageConsoleOptions): ConsoleSession {
  const { session, method, profile, redactor, signal } = options;
  const { page } = session;
  const section = profile.page;
  if (!section) throw missingSection(profile.name, 'page');
  const keyPage = { page, profile, section };
  const gone = new AbortController();
  const context: PageContext = {
    ...options,
    ...keyPage,
    pageState: watchPageState(keyPage, options.dismissed, signal),
    answers: watchKeyAnswers(keyPage, redactor),
    closeBrowser: () => session.close(),
    gone: gone.signal,
    hang: undefined,
    agreesToDialogs: false,
    isWithPerson: false,
  };
  // Playwright keeps the order, so that the notices are dismissed from the first step on.
  void dismissNotices(context).catch(() => undefined);
  const onGone = () => gone.abort(new Error('the page is gone'));
  page.on('crash', onGone);
  page.on('close', onGone);
  page.on('dialog', (dialog) => {
    if (context.isWithPerson) return;
    const isAgreed = context.agreesToDialogs || dialog.type() === 'beforeunload';
    context.log.info({ type: dialog.type(), isAgreed }, 'native dialog');
    void (isAgreed ? dialog.accept() : dialog.dismiss()).catch(() => undefined);
  });

  return {
    method,
    read: () => readConsole(context),
    clockSkewMs: () => context.answers.clockSkewMs,
    dryRun: (current) => guardPage(context, () => dryRunOnPage(context, current)),
    rotate: (current, hooks) => rotateOnPage(context, current, hooks),
    saveCheckpoint: async () => options.saveCheckpoint(await session.saveCheckpoint(context.answers.clockSkewMs)),
    close: () => session.close(),
  };
}

/** Runs the steps up to the one that would rotate, and returns a description of that step. */
async function dryRunOnPage(context: PageContext, reading: ConsoleReading) {
  const { section } = context;
  let press = same('');
  const result = await runSteps({
    ...context,
    steps: rotationSteps(section, reading).map((step) => ({ ...step, rotates: step.mayRotate })),
    reading,
    beforeRotating: (step) => {
      press = step;
      return Promise.resolve(false);
    },
    isDone: () => false,
  });
  if (result.kind === 'held') return done(dryRunTexts.press(press, section.url));
  return failed(await stepFailure(context, result));
}
