import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { AppError, appError } from '../lib/app-error.js';
import { browserErrors } from './browser-errors.js';
import { withDeadline } from '../lib/with-deadline.js';
import { browserReasons } from '../messages/browser-errors.js';
import { fileReasons } from '../messages/file-reasons.js';
import type { Text } from '../messages/text.js';
import { browserProxy } from './browser-proxy.js';
import { ensureDisplay } from './display.js';
import { snapProfileHome } from './find-browser.js';
import { dropLeftArtifacts } from './drop-old-files.js';
import { forgetTabs, keepNothingTyped } from './forgetful-profile.js';
import { launchBrowser } from './launch-browser.js';
import { requireFreeProfile } from './profile-lock.js';
import { knownTimes, planRestore, readRun, storeTimes, writeRun, type BrowserRun } from './profile-state.js';
import { readSession, trackOrigins } from './read-session.js';
import { recordTrace } from './record-trace.js';
import { restoreSession } from './restore-session.js';
import type { OpenSessionOptions } from './session-options.js';

const restoreTimeoutMs = 20_000;
const checkpointTimeoutMs = 10_000;

/**
 * Opens the account's browser on its own profile and restores the session. Nothing is disguised: user agent, viewport,
 * locale and `navigator.webdriver` are the browser's own. The caller holds the account's lock. If a stage fails, the
 * stages before it are undone. Rejects with a KT3xx error, also when `signal` is aborted; aborting it later closes the
 * browser as `close()` does.
 */
export async function openSession(options: OpenSessionOptions) {
  const { userDataDir, executablePath, signal, env = process.env, onStep = () => undefined } = options;
  const failed = (reason: Text, cause?: unknown) =>
    appError(browserErrors.launchFailed, { executablePath, reason }, { cause });
  const requireNotAborted = (cause: unknown = signal?.reason) => {
    if (signal?.aborted) throw failed(browserReasons.stopped, cause);
  };
  const undo: (() => Promise<unknown>)[] = [];
  try {
    requireNotAborted();
    const proxy = options.proxy ? browserProxy(options.proxy) : undefined;
    const home = snapProfileHome({ executablePath, userDataDir, home: env.HOME ?? homedir() });
    if (home) throw appError(browserErrors.unusableFolder, { folder: userDataDir, reason: browserReasons.snap, home });
    await withFolder(userDataDir, mkdir(userDataDir, { recursive: true, mode: 0o700 }));
    const lock = await requireFreeProfile(userDataDir, signal);
    if (lock === 'healed') onStep('removed the profile lock that another machine had left');

    const [last, now] = await Promise.all([readRun(userDataDir), storeTimes(userDataDir)]);
    let run: BrowserRun = { before: knownTimes(last, now) };
    await withFolder(path.dirname(userDataDir), writeRun(userDataDir, run));
    // Ignores a failed write: no login is lost, because the next start then uses the previous record.
    const record = async (more: Partial<BrowserRun>) => {
      run = { ...run, ...more };
      await writeRun(userDataDir, run).catch(() => undefined);
    };

    await Promise.all([keepNothingTyped(userDataDir), dropLeftArtifacts()]);

    const display = options.headless ? undefined : await (options.display ?? ensureDisplay({ env, log: onStep }));
    undo.push(async () => display?.close());
    const launched = await launchBrowser(options, { env, proxy, display });
    undo.push(() => launched.close());
    const { context } = launched;
    const visited = trackOrigins(context);
    if (options.checkpoint) {
      const restored = restoreSession(context, options.checkpoint, planRestore(last, now, options.checkpoint));
      const late = () => {
        throw failed(browserReasons.notRestored(restoreTimeoutMs / 1000));
      };
      await withDeadline(restored, restoreTimeoutMs, late, signal);
    }
    const page = context.pages()[0] ?? (await context.newPage());
    requireNotAborted();
    await record({ restoredAt: Date.now() });
    const { traceFile } = options;
    const stopTrace = traceFile ? await recordTrace(context, traceFile, options.headless) : undefined;

    let { checkpoint } = options;
    let isOpen = !page.isClosed();
    context.once('close', () => (isOpen = false));
    let closing: Promise<void> | undefined;
    const closeOnce = async () => {
      signal?.removeEventListener('abort', onAbort);
      const wasOpen = isOpen;
      await stopTrace?.();
      const isGraceful = (await launched.close()) && wasOpen;
      await forgetTabs(userDataDir);
      if (isGraceful) await record({ closed: await storeTimes(userDataDir) });
      await display?.close();
    };
    const close = () => (closing ??= closeOnce());
    const onAbort = () => void close();
    signal?.addEventListener('abort', onAbort, { once: true });
    return {
      page,
      context,
      /** `none` when headless; `private` for an Xvfb that keyturn started. */
      display: display?.kind ?? 'none',
      /** Resolves when the browser ends: it crashed, was killed, closed by a person, or by `close`. Never rejects. */
      gone: new Promise<void>((resolve) => context.once('close', () => resolve())),
      /** Reads cookies and localStorage. Once the caller has stored them, `close` counts the login as saved. */
      saveCheckpoint: async (clockAheadMs?: number) => {
        const how = { visited, timeoutMs: checkpointTimeoutMs, clockAheadMs };
        checkpoint = await readSession(context, { previous: checkpoint, ...how });
        await record({ checkpointAt: Date.parse(checkpoint.savedAt) });
        return checkpoint;
      },
      /** Closes the browser, or kills it after a deadline. Never throws; a second call waits for the first. */
      close,
    };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    requireNotAborted(error);
    if (error instanceof AppError || !/has been closed/.test(String(error))) throw error;
    // The browser came up and died before it was ready.
    throw failed(browserReasons.endedAtOnce, error);
  }
}

/** An open browser on one account's profile. The caller owns it and closes it. */
export type BrowserSession = Awaited<ReturnType<typeof openSession>>;

async function withFolder(folder: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    const reason = fileReasons[(cause as NodeJS.ErrnoException).code ?? ''];
    throw reason ? appError(browserErrors.unusableFolder, { folder, reason }, { cause }) : cause;
  }
}
