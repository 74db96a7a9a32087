import { existsSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import type { AnswerChannel, Notifier } from '../../core/owner-ports.js';
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
import { questionStore, readQuestion } from '../../store/questions.js';
import { readSessionCheck } from '../../store/session-checks.js';
import { languageFor, loadSettings } from '../../store/settings.js';
import { heartbeat } from './heartbeat.js';
import { nextAllowedTime } from '../../lib/quiet-hours.js';
import type { ProcessContext } from '../process-context.js';
import { ShownQuestions } from './shown-questions.js';
import type { Watcher, WatcherDeps, WatchServices } from './watcher.js';
import { accountHistory } from '../../store/history.js';
import { mostBrowsers } from '../slots.js';
import type { RunContext } from '../run-context.js';
import { feishuLine } from '../feishu-line.js';
import { lazyListener } from '../lazy-listener.js';
import { pageId, pageSocket } from '../../takeover/page-socket.js';

/** Of the five seconds in which the watch ends. */
const closeTimeoutMs = 3000;

export interface RunWatchOptions {
  readonly say: (line: string) => void;
  /** Prints an error that does not end the watch. */
  readonly printError: (error: unknown) => void;
  /** Runs a command in this process. Resolves to its exit code. */
  readonly runCommand: (words: readonly string[], context: ProcessContext) => Promise<number>;
}

type WatchContext = Pick<RunContext, 'context' | 'home' | 'runId' | 'log'> &
  Pick<RunWatchOptions, 'say' | 'runCommand'> & { readonly watcher: () => Watcher };

/** Stays out of `app/container.ts`, which would load the site profiles and their validator into the watch. */
export function watcherDeps(watch: WatchContext): WatcherDeps {
  const { context, home, log } = watch;
  return {
    accounts: async () => {
      const { accounts, broken } = await listAccounts(home);
      return [...accounts.filter((account) => account.enabled), ...broken];
    },
    read: async (account) => {
      const paths = accountPaths(home, account);
      const record = await readKeyFacts(paths);
      const [intent, question, last, holder, config, deliveries, check] = await Promise.all([
        hasIntent(paths),
        readQuestion(paths),
        readLastRun(paths),
        readLock(paths.lock),
        readAccount(home, account),
        readDeliveries(paths),
        readSessionCheck(paths),
      ]);
      const now = context.clock.now();
      const lastRun = last && { ...last, endedAt: Date.parse(last.endedAt) };
      return {
        record,
        hasIntent: intent,
        question,
        lastRun,
        deliverAt: nextDeliveryAt(config, deliveries, record.current?.fingerprint, now),
        sessionCheckAt: sessionCheckAt(config.method, check, now),
        isHeld: holder !== undefined,
      };
    },
    questionsOf: (account) => questionStore(accountPaths(home, account)),
    renew: (account, kind, signal) => renew(watch, account, kind, signal),
    say: (account, text) => watch.say(accountLine(context.language, account, text)),
    log,
    clock: context.clock,
    random: Math.random,
  };
}

/** Loads the settings and opens what they name; rejects with KT105 and the like when they are wrong. */
export async function openServices(watch: WatchContext): Promise<WatchServices> {
  const { context, home, runId, log, say } = watch;
  const { now } = context.clock;
  const settings = await loadSettings({ env: context.env, home });
  const language = languageFor(settings, 'feishu', context.env);
  const onLinkWanted = (account: string | undefined) => renewLinks(watch, account);
  const keep = { staysOpen: true, closeTimeoutMs };
  const line = feishuLine(settings, language, { log, env: context.env, now, onLinkWanted, keep });
  let shown: ShownQuestions | undefined;
  const channel = await line?.openChannel();
  if (channel) {
    channel.listen();
    shown = new ShownQuestions({
      channel,
      storeOf: (account) => questionStore(accountPaths(home, account)),
      history: (account, event, details) =>
        accountHistory(accountPaths(home, account), { runId, log: log.child({ account }), now })(event, details),
      onAnswered: (account) => watch.watcher().answered(account),
      log,
      clock: context.clock,
    });
  } else {
    say(watchLines.noFeishu[context.language]);
  }
  const { heartbeatUrl, jitterMs, quietHours: quiet } = settings.watch;
  const listener = lazyListener({ home, ...settings.takeover, language: settings.language, log });
  // Later visits to the page of a handoff that is over get an answer, too.
  if (settings.takeover.publicUrl !== undefined && settings.takeover.port !== 0) {
    await listener.open().catch((error: unknown) => log.warn({ err: error }, 'the takeover pages cannot be reached'));
  }
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
    listener,
    beat: heartbeatUrl === undefined ? undefined : heartbeat(heartbeatUrl, { log, env: context.env, now }),
    close: async () => {
      await shown?.leaveAll();
      await line?.close();
      listener.close();
    },
  };
}

/** Runs the command that a person would run. It works in this process; a browser gets a worker. */
async function renew(
  { context, log, say, runCommand, watcher }: WatchContext,
  account: string,
  kind: 'unattended' | 'headed' | 'deliver',
  signal: AbortSignal,
): Promise<number> {
  const services = () => watcher().services;
  const words = {
    headed: ['unblock', account],
    deliver: ['deliver', account],
    unattended: ['refresh', account, '--quiet'],
  }[kind];
  const exitCode = await runCommand(words, {
    ...context,
    stdin: Readable.from([]),
    // `deliver` prints its results on both.
    stdout: lineWriter(kind === 'deliver' ? () => undefined : say),
    stderr: lineWriter(say),
    signal,
    watch: { feishu: services().channel && feishuOf(services, context.clock.now), listener: services().listener },
  });
  log.info({ account, kind, exitCode }, 'a renewal ended');
  return exitCode;
}

/** Whether a page is open for the account, or for any. Each gets a new link, from the command that joins it. */
async function renewLinks(watch: WatchContext, account: string | undefined) {
  const { home, context } = watch;
  const names = account === undefined ? (await listAccounts(home)).accounts.map(({ name }) => name) : [account];
  const open = names.filter((name) => existsSync(pageSocket(home, pageId(home, name))));
  for (const name of open) void renew(watch, name, 'headed', context.signal);
  return open.length > 0;
}

function lineWriter(say: (line: string) => void): Writable {
  let begun = '';
  return new Writable({
    decodeStrings: false,
    write: (text: string | Buffer, _, done) => {
      const lines = (begun + text.toString()).split('\n');
      begun = lines.pop() ?? '';
      lines.forEach((line) => say(line));
      done();
    },
  });
}

/** The watch's connection, which a reload of the settings replaces. In quiet hours it asks for no code. */
function feishuOf(services: () => WatchServices, now: () => number) {
  const channel: AnswerChannel = {
    via: 'card',
    ask: async (question, options) => {
      const { channel, quiet } = services();
      if (!channel) throw new Error('the watch has no connection to Feishu');
      const keyExpiresAt = Date.parse(question.keyExpiresAt ?? '') || undefined;
      if (nextAllowedTime(now(), quiet, keyExpiresAt) > now()) throw new Error('these are quiet hours');
      return channel.ask(question, options);
    },
  };
  const notifier: Notifier = {
    notify: async (notice) => (await services().notifier?.notify(notice)) ?? { delivered: false },
  };
  return { channel, notifier };
}
