import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { killTree } from '../browser/process-tree.js';
import { done, failed, type Attempt, type Failure } from '../core/outcome.js';
import type { KeyRecord } from '../core/key-record.js';
import { settleLostAttempt } from '../core/renew-at-console.js';
import type { ConsoleReading } from '../core/ports.js';
import type { ConsoleRunDeps } from '../core/renewal.js';
import type { RenewalResult } from '../core/renewal-result.js';
import type { HeldLock } from '../core/run-account.js';
import type { SignInResult } from '../core/sign-in.js';
import { AppError } from '../lib/app-error.js';
import { childEnv } from '../lib/child-env.js';
import { packageFolder } from '../lib/package-folder.js';
import { pageTexts } from '../messages/failures.js';
import type { Method } from '../core/outcome.js';
import type { Step } from '../messages/progress.js';
import { LineClosed, openLine, type Handlers, type LinePort } from '../worker/line.js';
import type { AskedCode, LogLine, RenewEnd, RenewOrder, SignInOrder, WorkerOrder } from '../worker/orders.js';
import type { AccountContext } from './container.js';
import type { RunContext } from './run-context.js';
import { offerNewLinks, sendLink } from './send-link.js';

/** How long a worker may take to end after it was told to: on a busy machine, killing it takes long, too. */
const endTimeoutMs = 3000;
/** How long an attempt may take, without the time in which it waits for a person. */
const workTimeoutMs = 10 * 60_000;

interface WorkerOptions {
  readonly lock: HeldLock;
  /** How long the worker may wait for a person. */
  readonly waitMs: number;
}

/** Runs a browser method in a worker. What it did is in the account's records, also when it dies. */
export function attemptInWorker(
  run: RunContext,
  account: AccountContext,
  options: WorkerOptions,
): NonNullable<ConsoleRunDeps['attempt']> {
  return async (renewal, method): Promise<Attempt<RenewalResult>> => {
    const { keys, deps, dismissed, isClockMeasured, isRecordDoubtful } = renewal;
    const before = keys.intent;
    const state = { dismissed, isClockMeasured, isRecordDoubtful, canAskCode: deps.askCode !== undefined };
    const order: RenewOrder = { ...orderOf(run, account, options), ...state, method, options: renewal.options };
    const code = (request: AskedCode, signal: AbortSignal) =>
      deps.askCode?.({ ...request, signal }, renewal.due().expiresAt);
    try {
      const end = (await runWorker(run, account, { ...options, name: 'renew', order, handlers: { code } })) as RenewEnd;
      await keys.readAgain();
      renewal.isClockMeasured = end.isClockMeasured;
      renewal.handoff = end.handoff;
      return end.result.ok ? done(withKey(end.result.value, keys.record)) : end.result;
    } catch (error) {
      if (!(error instanceof LineClosed)) throw error;
      await keys.readAgain();
      return settleLostAttempt(renewal, method, { before, failure: lost(), read: () => readOverHttp(account) });
    }
  };
}

/** What the console shows, where that can be read without a browser. */
async function readOverHttp({ profile, openConsole }: AccountContext): Promise<Attempt<ConsoleReading>> {
  if (!profile.http) return failed(lost());
  const opened = await openConsole({ retries: 0 });
  if (!opened.ok) return opened;
  const session = opened.value;
  return session.read().finally(() => session.close());
}

/** The first sign-in, in a worker. */
export async function signInInWorker(
  run: RunContext,
  account: AccountContext,
  options: WorkerOptions & { readonly mayCreateKey: () => Promise<boolean> },
): Promise<SignInResult> {
  const { lifetimeMs, everyMs } = account.profile.key;
  const { mayCreateKey } = options;
  const order: SignInOrder = { ...orderOf(run, account, options), options: { runId: run.runId, lifetimeMs, everyMs } };
  try {
    const given = { ...options, name: 'signIn', order, handlers: { mayCreateKey } };
    const end = (await runWorker(run, account, given)) as SignInResult;
    if (end.kind === 'failed' || !('key' in end.key)) return end;
    const { current } = await account.keys.readRecord();
    return current ? { ...end, key: { ...end.key, key: current } } : end;
  } catch (error) {
    if (!(error instanceof LineClosed)) throw error;
    return { kind: 'failed', failure: lost() };
  }
}

function orderOf(run: RunContext, account: AccountContext, { lock, waitMs }: WorkerOptions): WorkerOrder {
  const { home, runId, settings, traces, context } = run;
  return {
    home,
    account: account.config.name,
    runId,
    lockId: lock.id,
    executablePath: run.browserPath(),
    browserArgs: settings.browser.args,
    keepsTrace: traces !== undefined,
    waitMs,
    takeover: { ...settings.takeover, language: settings.language },
    language: context.language,
  };
}

async function runWorker(
  run: RunContext,
  account: AccountContext,
  options: WorkerOptions & { readonly name: string; readonly order: WorkerOrder; readonly handlers: Handlers },
): Promise<unknown> {
  const { lock, waitMs, name, order, handlers } = options;
  const { signal, env } = run.context;
  signal.throwIfAborted();
  const method = 'method' in order ? (order as RenewOrder).method : 'headed';
  const free = await run.browserSlot(() => account.onStep(method, 'waiting until another browser fits the machine'));
  // The person of a remote run cannot see this machine's desktop.
  const desktop = run.isRemote ? { DISPLAY: undefined, WAYLAND_DISPLAY: undefined } : {};
  const child = spawn(process.execPath, [join(packageFolder, 'dist', 'worker.js'), method], {
    env: childEnv('worker', env, desktop),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    // Keeps a Ctrl-C at the terminal from the worker. This process then ends it, once.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  let endLinks: (() => void) | undefined;
  let isInTime = killWhenLate(child, workTimeoutMs + (method === 'headed' ? waitMs : 0));
  const line = openLine(portTo(child), {
    ...handlers,
    code: (request: AskedCode, asking: AbortSignal) => {
      isInTime();
      isInTime = killWhenLate(child, workTimeoutMs + waitMs);
      return handlers.code?.(request as never, asking);
    },
    step: (taken: { method: Method; step: Step }) => account.onStep(taken.method, taken.step),
    say: run.say,
    log: ({ level, fields, message }: LogLine) => account.log[level](fields, message),
    trace: (file: string) => void run.traces?.push(file),
    pageReady: async () => {
      run.openPages.set(account.config.name, () => sendLink(run, account));
      await sendLink(run, account);
      endLinks ??= offerNewLinks(run, account);
    },
  });
  // For other runs to see: a disk that does not take it is no reason to stop.
  const record = (pid: number | undefined) =>
    lock.setWorker(pid).catch((error: unknown) => account.log.warn({ err: error }, 'the lock could not be updated'));
  const abort = () => {
    line.notify('abort', undefined);
    killWhenLate(child, endTimeoutMs);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await record(child.pid);
    return await line.call(name, order);
  } catch (error) {
    // After an abort, throw its reason and not the error that it caused in the worker.
    if (!(error instanceof AppError)) signal.throwIfAborted();
    throw error;
  } finally {
    isInTime();
    endLinks?.();
    run.openPages.delete(account.config.name);
    signal.removeEventListener('abort', abort);
    if (child.connected) child.disconnect();
    child.unref();
    await record(undefined);
    free();
  }
}

function withKey(result: RenewalResult, { current, previous }: KeyRecord): RenewalResult {
  if (result.kind !== 'renewed' && result.kind !== 'unproved') return result;
  const isRefused = result.kind === 'unproved' && current?.runId !== result.key.runId;
  const key = isRefused ? previous[0] : current;
  return key ? { ...result, key } : result;
}

const lost = (): Failure => ({ kind: 'unreachable', browserGone: true, detail: pageTexts.processEnded });

const portTo = (child: ChildProcess): LinePort => ({
  send: (message) => {
    if (child.connected) child.send(message, () => undefined);
  },
  onMessage: (handle) => void child.on('message', handle),
  onClosed: (handle) => {
    for (const event of ['error', 'exit', 'disconnect']) child.once(event, handle);
  },
});

/** Gives the process time to end with its browser, then kills both. The result stops that. */
function killWhenLate(child: ChildProcess, ms: number): () => void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return () => undefined;
  const timer = setTimeout(() => killTree(pid), ms);
  const stop = () => clearTimeout(timer);
  child.once('exit', stop);
  return stop;
}
