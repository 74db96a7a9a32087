import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Browser } from 'playwright';

/**
 * Waits for a browser that was started with `--remote-debugging-port=0` and connects to it. The caller shares the
 * browser: `close()` on the result only disconnects. Rejects after `timeoutMs`.
 */
export async function attachToBrowser(userDataDir: string, options: { timeoutMs: number }): Promise<Browser> {
  const deadlineAt = Date.now() + options.timeoutMs;
  let cause: unknown;
  while (Date.now() < deadlineAt) {
    const endpoint = await readEndpoint(userDataDir);
    if (endpoint) {
      try {
        // The path contains the browser's id, so a file left by an earlier browser cannot lead to another browser.
        return await chromium.connectOverCDP(endpoint, { timeout: Math.max(1, deadlineAt - Date.now()) });
      } catch (error) {
        cause = error;
      }
    }
    await delay(50);
  }
  const waited = `${options.timeoutMs / 1000} s`;
  throw new Error(`No browser with a debugging port showed up in ${userDataDir} within ${waited}.`, { cause });
}

async function readEndpoint(userDataDir: string): Promise<string | undefined> {
  const text = await readFile(path.join(userDataDir, 'DevToolsActivePort'), 'utf8').catch(() => '');
  const [port, browserPath] = text.split('\n');
  return port && browserPath?.startsWith('/devtools/browser/')
    ? `ws://127.0.0.1:${port}${browserPath.trim()}`
    : undefined;
}
