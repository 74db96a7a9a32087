import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Display } from '../browser/display.js';
import { captureEvidence } from '../browser/evidence.js';
import { openSession } from '../browser/open-session.js';
import { done, type Attempt } from '../core/outcome.js';
import type { ConsoleSession, OpenConsoleOptions, PersonAtBrowser } from '../core/ports.js';
import type { HandoffResult } from '../core/question.js';
import type { ConsoleRunDeps } from '../core/renewal.js';
import { systemClock } from '../lib/clock.js';
import { describeError, type Log } from '../lib/log.js';
import { browserNetwork } from '../lib/network.js';
import { createRedactor, type Redactor } from '../lib/redactor.js';
import { progressTexts, type Step } from '../messages/progress.js';
import { openPageConsole } from '../site/page-console.js';
import { redactedErrors, redactedSession } from '../site/redacted-session.js';
import { resolveSite } from '../site/resolve-site.js';
import { verifier } from '../site/verify-key.js';
import { openAccountFiles, type AccountRun } from '../store/account-files.js';
import { readAccount } from '../store/accounts.js';
import { requireHeldBy } from '../store/lock.js';
import type { Line } from './line.js';
import { offerTakeover } from './offer-takeover.js';
import type { LogLine, WorkerOrder } from './orders.js';
import { watchPress } from './pending-press.js';

interface WorkerDeps {
  readonly line: Line;
  readonly signal: AbortSignal;
  /** The display that was started ahead, once. */
  readonly takeDisplay: () => Promise<Display> | undefined;
}

/** The account of an order, with its site, its browser and its person. */
export async function openWorkerAccount(order: WorkerOrder, { line, signal, takeDisplay }: WorkerDeps) {
  const { home, runId, language } = order;
  const redactor = createRedactor();
  const log = logTo((entry) => line.notify('log', entry), redactor);
  const say = (text: string) => line.notify('say', text);
  const run: AccountRun = { home, runId, redactor, log, say, context: { language, clock: systemClock, signal } };
  const config = await readAccount(home, order.account);
  const files = openAccountFiles(run, config);
  const { paths } = files;
  const profile = await resolveSite(config);
  redactor.addPattern(profile.key.pattern);
  const checkpoints = files.checkpoints(profile.session.cookies);

  const network = { proxy: config.proxy, env: process.env };
  const press = watchPress(files.keys);
  const newName = () => `${runId}-${randomUUID().slice(0, 8)}`;

  const openConsole = async (options: OpenConsoleOptions): Promise<Attempt<ConsoleSession>> => {
    const { method, person, codes, dismissed } = options;
    const headless = method !== 'headed';
    const onStep = (step: Step) => line.notify('step', { method, step });
    onStep(headless ? 'starting the browser' : 'opening a visible browser');
    const traceFile = order.keepsTrace ? join(paths.evidence, `trace-${newName()}.zip`) : undefined;
    if (traceFile) line.notify('trace', traceFile);
    const browser = await openSession({
      userDataDir: paths.browser,
      headless,
      display: headless ? undefined : takeDisplay(),
      executablePath: order.executablePath,
      proxy: browserNetwork(profile.baseUrl, network),
      args: order.browserArgs,
      checkpoint: await checkpoints.read(),
      traceFile,
      signal,
      env: process.env,
      onStep,
    });
    const onReady = () => line.notify('pageReady', undefined);
    const taken =
      browser.display === 'private' && person
        ? offerTakeover({ order, profile, log, say: files.say, onReady, signal }, browser, person)
        : undefined;
    const session = openPageConsole({
      profile,
      session: browser,
      method: headless ? 'headless' : method,
      person: taken?.person ?? person,
      codes,
      dismissed,
      redactor,
      evidence: (page, part) => captureEvidence(page, { folder: paths.evidence, name: newName(), redactor, part }),
      saveCheckpoint: checkpoints.save,
      keyName: config.keyName,
      accountName: config.name,
      onStep,
      log,
      signal,
    });
    let closing: Promise<void> | undefined;
    const close = async () => {
      await taken?.close();
      await session.close();
    };
    return done({ ...redactedSession(session, redactor), close: () => (closing ??= close()) });
  };

  return {
    profile,
    pressSettled: press.settled,
    say: files.say,
    /** What the work throws crosses the channel, so it is redacted here. */
    redacted: <T>(work: () => Promise<T>) => redactedErrors(work, redactor),
    /** `person`: what to do when the person at the browser is needed, and when they have cleared it. */
    deps: (person: Pick<PersonAtBrowser, 'onNeeded' | 'onCleared'>): ConsoleRunDeps => ({
      store: press.store,
      requireHeld: () => Promise.resolve().then(() => requireHeldBy(paths.lock, order.lockId)),
      openConsole,
      verify: verifier(profile, config, { network, signal }),
      personAtBrowser: () => ({ deadlineAt: systemClock.now() + order.waitMs, signal, ...person }),
      askCode: async ({ signal: asking, ...request }) => (await line.call('code', request, asking)) as HandoffResult,
      onClockSkew: (skewMs) => files.say(progressTexts.clockSkew(skewMs)),
      onUnreadExpiry: files.warnOfExpiry,
      onStep: (method, step) => line.notify('step', { method, step }),
      history: files.history,
      log,
      now: systemClock.now,
      signal,
    }),
  };
}

/** Redacts here: the supervisor does not know the secrets that this process meets. */
function logTo(write: (entry: LogLine) => void, redactor: Redactor, bindings: object = {}): Log {
  const text = (part: string) => redactor.text(part);
  const plain = (_: string, value: unknown): unknown => {
    if (value instanceof Error) return describeError(value, text);
    return typeof value === 'string' ? text(value) : value;
  };
  const at = (level: LogLine['level']) => (given: object, message: string) => {
    const fields = JSON.parse(JSON.stringify({ ...bindings, ...given }, plain)) as object;
    write({ level, fields, message: text(message) });
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => logTo(write, redactor, { ...bindings, ...more }),
  };
}
