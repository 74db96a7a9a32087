import { createRequire } from 'node:module';
import type { BrowserContext, chromium as Chromium } from 'playwright';
import { withDeadline } from '../lib/with-deadline.js';
import { browserArgs } from './browser-args.js';
import type { OpenSessionOptions } from './browser-session.js';
import type { BrowserProxy } from './browser-proxy.js';
import type { Display } from './display.js';
import { launchFailure } from './launch-failure.js';
import { commandLineOf, killTree, childrenWithArgument } from './process-tree.js';
import { readProfileLock } from './profile-lock.js';

let loaded: typeof Chromium | undefined;

/** Loading Playwright blocks this process for about 300 ms. If nobody has called this before, the first launch does. */
export function loadPlaywright(): typeof Chromium {
  // `import` would take longer: Node would search the whole library for names that it might export.
  loaded ??= (createRequire(import.meta.url)('playwright') as { chromium: typeof Chromium }).chromium;
  return loaded;
}

const defaultLaunchTimeoutMs = 30_000;
const closeTimeoutMs = 10_000;

export interface LaunchedBrowser {
  readonly context: BrowserContext;
  /** Closes the browser, which then writes cookies and storage. Kills it after a deadline and returns false. */
  close(): Promise<boolean>;
}

/** Chromium has no sandbox when it runs as root. */
const isRoot = () => process.getuid?.() === 0;

/** Aborting the signal kills the browser while it starts. */
export async function launchBrowser(
  options: OpenSessionOptions,
  parts: { env: NodeJS.ProcessEnv; proxy?: BrowserProxy; display?: Display },
): Promise<LaunchedBrowser> {
  const { userDataDir, browser, signal, launchTimeoutMs = defaultLaunchTimeoutMs } = options;
  const displayEnv = parts.display?.kind === 'private' ? parts.display.env : {};
  const env: NodeJS.ProcessEnv = { ...withoutSecrets(parts.env), ...displayEnv };
  let isSettled = false;
  const killWhileStarting = () => {
    if (isSettled) return;
    killBrowsersOn(userDataDir);
    setTimeout(killWhileStarting, 30);
  };
  signal?.addEventListener('abort', killWhileStarting, { once: true });
  try {
    const context = await loadPlaywright().launchPersistentContext(userDataDir, {
      executablePath: browser.executablePath,
      headless: options.headless,
      chromiumSandbox: !isRoot(),
      proxy: parts.proxy,
      env,
      args: browserArgs(options.args),
      timeout: launchTimeoutMs,
      // Without Playwright's emulation, so that pages look as they do in any other window of this browser.
      viewport: null,
      colorScheme: null,
      reducedMotion: null,
      forcedColors: null,
      contrast: null,
      // keyturn handles signals once for everything that is open; the caller's AbortSignal closes the browser.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    isSettled = true;
    const pid = await browserPid(userDataDir);
    return { context, close: () => closeOrKill(context, pid) };
  } catch (error) {
    // After a launch timeout Playwright leaves the browser running.
    killBrowsersOn(userDataDir);
    const display = env.DISPLAY ?? env.WAYLAND_DISPLAY;
    throw launchFailure(error, { executablePath: browser.executablePath, launchTimeoutMs, display });
  } finally {
    isSettled = true;
    signal?.removeEventListener('abort', killWhileStarting);
  }
}

async function closeOrKill(context: BrowserContext, pid: number | undefined): Promise<boolean> {
  const closed = context.close().then(
    () => true,
    () => false,
  );
  if (await withDeadline(closed, closeTimeoutMs, () => false)) return true;
  if (pid !== undefined) killTree(pid);
  // Once the process is killed, Playwright's close settles at once. Without a pid nothing was killed, so do not wait.
  if (pid !== undefined) await closed;
  return false;
}

function killBrowsersOn(userDataDir: string): void {
  for (const pid of childrenWithArgument(`--user-data-dir=${userDataDir}`)) killTree(pid);
}

/** From Chromium's own lock. Undefined when there is no lock (Windows) or the lock is stale. */
async function browserPid(userDataDir: string): Promise<number | undefined> {
  const pid = (await readProfileLock(userDataDir))?.pid;
  return pid !== undefined && commandLineOf(pid).includes(userDataDir) ? pid : undefined;
}

/** A browser needs none of keyturn's settings, and programs that run in the browser can read its environment. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(FEISHU|KEYTURN)_/.test(name)));
}
