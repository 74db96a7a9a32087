import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until the browser that is open on the profile is one with a window. Asks its debugging port without attaching,
 * so that a headless browser at work there is left alone. Rejects when the deadline (epoch milliseconds) passes.
 */
export async function waitForVisibleBrowser(userDataDir: string, deadlineAt: number): Promise<void> {
  let seen = 'no browser';
  while (Date.now() < deadlineAt) {
    const about = await aboutBrowser(userDataDir, deadlineAt);
    if (about !== undefined && !/headless/i.test(about)) return;
    seen = about === undefined ? 'no browser' : 'only a headless browser';
    await delay(75);
  }
  throw new Error(`the owner saw no browser window in time: there was ${seen}`);
}

async function aboutBrowser(userDataDir: string, deadlineAt: number): Promise<string | undefined> {
  try {
    const [port = ''] = (await readFile(path.join(userDataDir, 'DevToolsActivePort'), 'utf8')).split('\n');
    const answer = await fetch(`http://127.0.0.1:${Number(port)}/json/version`, {
      signal: AbortSignal.timeout(Math.max(1, Math.min(2000, deadlineAt - Date.now()))),
      headers: { connection: 'close' },
    });
    return await answer.text();
  } catch {
    // No file yet, or one that an earlier browser left behind.
    return undefined;
  }
}
