import { createRequire } from 'node:module';
import type { BrowserContext, chromium as Chromium } from 'playwright';
import { childEnv } from '../lib/child-env.js';
import { withDeadline } from '../lib/with-deadline.js';
import type { OpenSessionOptions } from './session-options.js';
import type { BrowserProxy } from './browser-proxy.js';
import type { Display } from './display.js';
import { launchFailure } from './launch-failure.js';
import { killBrowsersOn } from './process-tree.js';

let loaded: typeof Chromium | undefined;

/** Loading Playwright blocks this process for about 300 ms. If nobody has called this before, the first launch does. */
export function loadPlaywright(): typeof Chromium {
  // `import` would take longer: Node would search the whole library for names that it might export.
  loaded ??= (createRequire(import.meta.url)('playwright') as { chromium: typeof Chromium }).chromium;
  return loaded;
}

const closeTimeoutMs = 10_000;

/** The process limit keeps Chromium from starting a spare process for the next site: 80 ms less on two cores. */
export const browserArgs = ['--window-size=1280,900', '--hide-crash-restore-bubble', '--renderer-process-limit=1'];

/** Aborting the signal kills the browser while it starts. */
export async function launchBrowser(
  options: OpenSessionOptions,
  parts: { env: NodeJS.ProcessEnv; proxy?: BrowserProxy; display?: Display },
) {
  const { userDataDir, executablePath, signal, launchTimeoutMs = 30_000 } = options;
  const env = childEnv('browser', parts.env, parts.display?.env);
  const kill = () => killBrowsersOn(userDataDir);
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const context = await loadPlaywright().launchPersistentContext(userDataDir, {
      executablePath,
      headless: options.headless,
      // Chromium has no sandbox when it runs as root.
      chromiumSandbox: process.getuid?.() !== 0,
      proxy: parts.proxy,
      env,
      // If Chromium gets a list of features twice, it uses only the last one: not Playwright's, but that of the owner.
      args: [...browserArgs, ...(options.args ?? [])],
      // A page that starts one could fill the disk.
      acceptDownloads: false,
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
    limitPages(context);
    return { context, close: () => closeOrKill(context, kill) };
  } catch (error) {
    // After a launch timeout Playwright leaves the browser running.
    kill();
    const display = env.DISPLAY ?? env.WAYLAND_DISPLAY;
    throw launchFailure(error, { executablePath, launchTimeoutMs, display });
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

/** A page that opens windows in a loop could fill the memory. */
const mostPages = 20;

function limitPages(context: BrowserContext): void {
  context.on('page', (page) => {
    if (context.pages().length > mostPages) void page.close().catch(() => undefined);
  });
}

/** Closes the browser, which then writes cookies and storage. Kills it after a deadline and returns false. */
async function closeOrKill(context: BrowserContext, kill: () => void): Promise<boolean> {
  const closed = context.close().then(
    () => true,
    () => false,
  );
  if (await withDeadline(closed, closeTimeoutMs, () => false)) return true;
  kill();
  // Once the process is killed, Playwright's close settles at once.
  await withDeadline(closed, 1000, () => false);
  return false;
}
