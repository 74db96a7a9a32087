import type { BrowserContext, chromium as Chromium } from 'playwright';
import { requireCompiled } from '../lib/code-cache.js';
import { browserArgs } from './browser-args.js';
import type { OpenSessionOptions } from './browser-session.js';
import type { BrowserProxy } from './browser-proxy.js';
import type { Display } from './display.js';
import { launchFailure } from './launch-failure.js';
import { commandLineOf, killTree, childrenWithArgument } from './process-tree.js';
import { readProfileLock } from './profile-lock.js';

let loaded: typeof Chromium | undefined;

/** Playwright takes some 300 ms to load, in which this process does nothing else. By itself it is loaded by the first launch. */
export function loadPlaywright(): typeof Chromium {
  loaded ??= requireCompiled<{ chromium: typeof Chromium }>('playwright').chromium;
  return loaded;
}

export const defaultLaunchTimeoutMs = 30_000;
const closeTimeoutMs = 10_000;

export interface LaunchedBrowser {
  readonly context: BrowserContext;
  /** Asks the browser to close, which writes cookies and storage, and kills it when it does not. False when it was killed. */
  close(): Promise<boolean>;
}

/** Whether this process is root, for whom Chromium has no sandbox. */
export const isRoot = () => process.getuid?.() === 0;

/** Starts the browser on its profile. An abort of the signal kills it while it starts. */
export async function launchBrowser(
  options: OpenSessionOptions,
  parts: { env: NodeJS.ProcessEnv; proxy?: BrowserProxy; display?: Display },
): Promise<LaunchedBrowser> {
  const { userDataDir, browser, signal, launchTimeoutMs = defaultLaunchTimeoutMs } = options;
  const displayEnv = parts.display?.kind === 'private' ? parts.display.env : {};
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
      env: { ...withoutSecrets(parts.env), ...displayEnv },
      args: browserArgs(options.args),
      timeout: launchTimeoutMs,
      // The page is to look as it does in this browser anywhere else.
      viewport: null,
      colorScheme: null,
      reducedMotion: null,
      forcedColors: null,
      contrast: null,
      // keyturn handles signals once, for everything that is open, through the caller's AbortSignal.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    isSettled = true;
    const pid = await browserPid(userDataDir);
    return { context, close: () => closeOrKill(context, pid) };
  } catch (error) {
    // Playwright gives up on a browser that is late without ending it.
    killBrowsersOn(userDataDir);
    const display = displayEnv.DISPLAY ?? parts.env.DISPLAY ?? parts.env.WAYLAND_DISPLAY;
    throw launchFailure(error, { executablePath: browser.executablePath, launchTimeoutMs, display });
  } finally {
    isSettled = true;
    signal?.removeEventListener('abort', killWhileStarting);
  }
}

async function closeOrKill(context: BrowserContext, pid: number | undefined): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), closeTimeoutMs)));
  const closed = context.close().then(
    () => true,
    () => false,
  );
  const isClosed = await Promise.race([closed, late]);
  clearTimeout(timer);
  if (isClosed) return true;
  if (pid !== undefined) killTree(pid);
  // With the process gone Playwright lets go at once; without a known process there is nothing to wait for.
  if (pid !== undefined) await closed;
  return false;
}

function killBrowsersOn(userDataDir: string): void {
  for (const pid of childrenWithArgument(`--user-data-dir=${userDataDir}`)) killTree(pid);
}

/** The browser that holds the profile, by Chromium's own lock; undefined where there is none (Windows) or it is a leftover. */
async function browserPid(userDataDir: string): Promise<number | undefined> {
  const pid = (await readProfileLock(userDataDir))?.pid;
  return pid !== undefined && commandLineOf(pid).includes(userDataDir) ? pid : undefined;
}

/** A browser needs none of keyturn's settings, and its environment can be read by what runs in it. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(FEISHU|KEYTURN)_/.test(name)));
}
