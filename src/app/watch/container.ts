import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { QuestionStore } from '../../core/run-account.js';
import { nextDeliveryAt } from '../../core/delivery-record.js';
import { sessionCheckAt } from '../../core/session-health.js';
import { accountLine } from '../../messages/progress.js';
import { watchLines } from '../../messages/watch.js';
import { listAccounts, readAccount } from '../../store/accounts.js';
import { readDeliveries } from '../../store/deliveries.js';
import { accountPaths } from '../../store/home.js';
import { hasIntent, readKeyFacts } from '../../store/key-records.js';
import { readLastRun } from '../../store/last-run.js';
import { readLock } from '../../store/lock.js';
import { readQuestion, writeQuestion } from '../../store/questions.js';
import { readSessionCheck } from '../../store/session-checks.js';
import { languageFor, loadSettings } from '../../store/settings.js';
import { heartbeat } from './heartbeat.js';
import { hostRelay, type RelayHostOptions } from './relay-host.js';
import { ShownQuestions, type ShownQuestionsDeps } from './shown-questions.js';
import type { WatcherDeps, WatchServices } from './watcher.js';
import { accountHistory } from '../account-history.js';
import { mostBrowsers } from '../slots.js';
import type { RunContext } from '../run-context.js';
import { feishuLine } from '../feishu-line.js';
import { killWhenLate, portTo, startOwnProcess } from '../own-process.js';

/** Of the five seconds in which the watch ends. */
const closeTimeoutMs = 3000;
/** How long a renewal may take to end after SIGTERM. */
const graceMs = 3000;

type WatchContext = Pick<RunContext, 'context' | 'home' | 'runId' | 'log'> & { readonly say: (line: string) => void };

/** Stays out of `app/container.ts`, which would load the site profiles and their validator into the watch. */
export function watcherDeps(watchContext: WatchContext, services: RelayHostOptions['services']): WatcherDeps {
  const { context, home, log } = watchContext;
  return {
    accounts: async () => {
      const { accounts, broken } = await listAccounts(home);
      return [...accounts.filter((account) => account.enabled), ...broken];
    },
    read: async (account) => {
      const paths = accountPaths(home, account);
      const record = await readKeyFacts(paths);
      const [intent, question, last, holder, config, deliveries] = await Promise.all([
        hasIntent(paths),
        readQuestion(paths),
        readLastRun(paths),
        readLock(paths.lock),
        readAccount(home, account),
        readDeliveries(paths),
      ]);
      const deliverAt = nextDeliveryAt(config, deliveries, record.current?.fingerprint, context.clock.now());
      const lastRun = last && { ...last, endedAt: Date.parse(last.endedAt) };
      return { record, hasIntent: intent, question, lastRun, deliverAt, isHeld: holder !== undefined };
    },
    keepAliveAt: async ({ name, method }) => {
      const check = await readSessionCheck(accountPaths(home, name));
      return sessionCheckAt(method, check, context.clock.now());
    },
    questionsOf: (account) => questionsOf(home, account),
    renew: (account, how, signal) => renew(watchContext, account, how, services, signal),
    say: (account, text) => watchContext.say(accountLine(context.language, account, text)),
    log,
    clock: context.clock,
    random: Math.random,
  };
}

/** Loads the settings and opens what they name; rejects with KT105 and the like when they are wrong. */
export async function openServices(
  watchContext: WatchContext,
  onAnswered: ShownQuestionsDeps['onAnswered'],
): Promise<WatchServices> {
  const { context, home, log, say } = watchContext;
  const settings = await loadSettings({ env: context.env, home });
  const language = languageFor(settings, 'feishu', context.env);
  const keep = { staysOpen: true, closeTimeoutMs };
  const line = feishuLine(settings, language, { log, env: context.env, now: context.clock.now, keep });
  let shown: ShownQuestions | undefined;
  const channel = await line?.openChannel();
  if (channel) {
    channel.listen();
    const storeOf = (account: string) => questionsOf(home, account);
    const history = (account: string, event: string, details: object) =>
      addHistory(watchContext, account, event, details);
    shown = new ShownQuestions({ channel, storeOf, history, onAnswered, log, now: context.clock.now });
  } else {
    say(watchLines.noFeishu[context.language]);
  }
  const { heartbeatUrl, jitterMs, quietHours: quiet } = settings.watch;
  return {
    quiet,
    jitterMs,
    askAgainAfterMs: settings.handoff.askAgainAfterMs,
    language,
    keepAliveMs: settings.session.keepAliveMs,
    maxAtOnce: mostBrowsers(settings.browser),
    shown,
    channel,
    notifier: line?.notifier,
    beat: heartbeatUrl === undefined ? undefined : heartbeat(heartbeatUrl, log, context.clock.now),
    close: async () => {
      await shown?.leaveAll();
      await line?.close();
    },
  };
}

function questionsOf(home: string, account: string): QuestionStore {
  const paths = accountPaths(home, account);
  return { read: () => readQuestion(paths), write: (question) => writeQuestion(paths, question) };
}

function addHistory({ context, home, runId, log }: WatchContext, account: string, event: string, details: object) {
  const history = accountHistory(accountPaths(home, account), {
    runId,
    log: log.child({ account }),
    now: context.clock.now,
  });
  return history(event, details);
}

async function renew(
  { context, log, say }: WatchContext,
  account: string,
  kind: 'unattended' | 'headed' | 'deliver',
  services: RelayHostOptions['services'],
  signal: AbortSignal,
): Promise<number | null | undefined> {
  const words = {
    headed: ['unblock', account],
    deliver: ['deliver', account],
    unattended: ['refresh', account, '--quiet'],
  }[kind];
  // A process of its own: a loaded browser driver and page code stay in memory (about 100 MB), and a browser that harms
  // the process that drives it harms only that process.
  const child = startOwnProcess([context.entry, ...words], {
    cwd: context.cwd,
    env: { ...context.env, KEYTURN_WATCH_RELAY: '1' },
    // `deliver` prints its results on both.
    stdio: ['ignore', kind === 'deliver' ? 'ignore' : 'pipe', 'pipe', 'ipc'],
  });
  const endRelay = hostRelay(portTo(child), { services, log, now: context.clock.now });
  for (const input of [child.stdout, child.stderr]) if (input) createInterface({ input }).on('line', say);
  const end = () => {
    child.kill('SIGTERM');
    killWhenLate(child, graceMs);
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    log.info({ account, kind, exitCode }, 'a renewal process ended');
    return exitCode;
  } catch (error) {
    log.error({ account, kind, err: error }, 'a renewal process could not be started');
    return undefined;
  } finally {
    signal.removeEventListener('abort', end);
    await endRelay();
  }
}
