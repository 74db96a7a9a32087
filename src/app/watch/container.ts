import { nextAllowedTime } from '../../lib/quiet-hours.js';
import type { QuestionStore } from '../../core/run-account.js';
import { nextDeliveryAt } from '../../core/delivery-record.js';
import { sessionCheckAt } from '../../core/session-health.js';
import { commandLineTexts } from '../../messages/command-line.js';
import { accountLine } from '../../messages/progress.js';
import { languages } from '../../messages/text.js';
import { watchLines } from '../../messages/watch.js';
import { listAccounts, readAccount } from '../../store/accounts.js';
import { readDeliveries } from '../../store/deliveries.js';
import { readHistory } from '../../store/history.js';
import { accountPaths } from '../../store/home.js';
import { hasIntent, readKeyFacts } from '../../store/key-records.js';
import { readLastRun } from '../../store/last-run.js';
import { readLock } from '../../store/lock.js';
import { readQuestion, writeQuestion } from '../../store/questions.js';
import { readSessionCheck } from '../../store/session-checks.js';
import { languageFor, loadSettings } from '../../store/settings.js';
import type { FolderWatch } from './folder-watch.js';
import { Heartbeat } from './heartbeat.js';
import { runChild } from './renewal-child.js';
import { RelayHost } from './relay-host.js';
import type { RelayReply } from './relay-channel.js';
import { ShownQuestions, type ShownQuestionsDeps } from './shown-questions.js';
import type { ChildVerdict, WatcherDeps, WatchServices } from './watcher.js';
import { accountHistory } from '../account-history.js';
import { mostBrowsers } from '../slots.js';
import type { RunContext } from '../run-context.js';
import { feishuLine } from '../feishu-line.js';

/** Of the five seconds in which the watch ends. */
const closeTimeoutMs = 3000;
/** Enough for years of one account. */
const historyEvents = 1000;

type HostOf = (send: (reply: RelayReply) => void) => RelayHost | undefined;

type WatchContext = Pick<RunContext, 'context' | 'home' | 'runId' | 'log'> & { readonly say: (line: string) => void };

/** Stays out of `app/container.ts`, which would load the site profiles and their validator into the watch. */
export function watcherDeps(watchContext: WatchContext, folders: FolderWatch, hostOf: HostOf): WatcherDeps {
  const { context, home, log } = watchContext;
  return {
    accounts: async () => {
      const { accounts, broken } = await listAccounts(home);
      const enabled = accounts.filter((account) => account.enabled);
      folders.set(enabled.map((account) => accountPaths(home, account.name).folder));
      return [...enabled, ...broken];
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
    readHistory: (account) => readHistory(accountPaths(home, account), historyEvents),
    history: (account, event, details) => addHistory(watchContext, account, event, details),
    renew: (account, how, signal) => renew(watchContext, account, how, hostOf, signal),
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
  let host: WatchServices['host'];
  if (line) {
    const channel = await line.openChannel();
    channel.listen();
    const storeOf = (account: string) => questionsOf(home, account);
    const history = (account: string, event: string, details: object) =>
      addHistory(watchContext, account, event, details);
    shown = new ShownQuestions({ channel, storeOf, history, onAnswered, log, now: context.clock.now });
    const whyNot = (keyExpiresAt: string | undefined) => {
      const now = context.clock.now();
      const expiresAt = keyExpiresAt === undefined ? undefined : Date.parse(keyExpiresAt);
      return nextAllowedTime(now, settings.watch.quietHours, expiresAt) > now ? 'these are quiet hours' : undefined;
    };
    host = (send) => new RelayHost({ channel, whyNot, send, log, now: context.clock.now });
  } else {
    say(watchLines.noFeishu[context.language]);
  }
  const { heartbeatUrl, jitterMs, quietHours: quiet } = settings.watch;
  const heartbeat = heartbeatUrl === undefined ? undefined : new Heartbeat(heartbeatUrl, log, context.clock.now);
  return {
    quiet,
    jitterMs,
    askAgainAfterMs: settings.handoff.askAgainAfterMs,
    language,
    keepAliveMs: settings.session.keepAliveMs,
    maxAtOnce: mostBrowsers(settings.browser),
    shown,
    host,
    notifier: line?.notifier,
    beat: async (didWork, signal) => heartbeat?.beat(didWork, signal),
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

/** An error as the renewal's process prints it, in any language. */
const errorLine = new RegExp(
  `(?:${languages.map((language) => commandLineTexts.error[language]).join('|')}) (.* \\[KT\\d+\\])$`,
);

async function renew(
  { context, log, say }: WatchContext,
  account: string,
  kind: 'unattended' | 'headed' | 'deliver',
  hostOf: HostOf,
  signal: AbortSignal,
): Promise<ChildVerdict> {
  const args = {
    headed: ['unblock', account],
    deliver: ['deliver', account],
    unattended: ['refresh', account, '--quiet'],
  }[kind];
  let host: RelayHost | undefined;
  let problem: string | undefined;
  try {
    const exitCode = await runChild(args, {
      bin: context.entry,
      cwd: context.cwd,
      env: { ...context.env, KEYTURN_WATCH_RELAY: '1' },
      signal,
      // `deliver` prints its results on both.
      hasStdout: kind !== 'deliver',
      onMessage: (message, reply) => {
        host ??= hostOf(reply);
        host?.receive(message);
      },
      onLine: (line) => {
        problem = errorLine.exec(line)?.[1] ?? problem;
        say(line);
      },
    });
    log.info({ account, kind, exitCode }, 'a renewal process ended');
    return { ok: exitCode === 0, held: exitCode === 4, problem };
  } catch (error) {
    log.error({ account, kind, err: error }, 'a renewal process could not be started');
    return { ok: false, held: false, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await host?.close();
  }
}
