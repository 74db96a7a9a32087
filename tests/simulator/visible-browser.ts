import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until the browser that uses the profile is one with a window. Queries the debugging port without attaching, so
 * that a headless browser is not disturbed. Rejects after the deadline (epoch milliseconds).
 */
export async function waitForVisibleBrowser(userDataDir: string, deadlineAt: number): Promise<void> {
  let seen = 'no browser';
  while (Date.now() < deadlineAt) {
    const about = await aboutBrowser(userDataDir, deadlineAt);
    if (about !== undefined && (!/headless/i.test(about) || hasWindow(userDataDir))) return;
    seen = about === undefined ? 'no browser' : 'only a headless browser';
    await delay(75);
  }
  throw new Error(`the owner saw no browser window in time: there was ${seen}`);
}

/** In most tests this file stands for the window; see tests/support/test-browser.sh. */
const hasWindow = (userDataDir: string) => existsSync(path.join(userDataDir, 'has-window'));

async function aboutBrowser(userDataDir: string, deadlineAt: number): Promise<string | undefined> {
  try {
    const [port = ''] = (await readFile(path.join(userDataDir, 'DevToolsActivePort'), 'utf8')).split('\n');
    const answer = await fetch(`http://127.0.0.1:${Number(port)}/json/version`, {
      signal: AbortSignal.timeout(Math.max(1, Math.min(2000, deadlineAt - Date.now()))),
      headers: { connection: 'close' },
    });
    return await answer.text();
  } catch {
    // There is no file yet, or an earlier browser left it behind.
    return undefined;
  }
}
