import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser } from './launch-browser.js';

/** Starts the browser as a renewal does, but on an empty profile, and closes it. Rejects with a KT3xx error. */
export async function tryBrowser(options: {
  readonly executablePath: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where to create the temporary profile. Default: the system's temporary folder. */
  readonly folder?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}): Promise<{ readonly version: string; readonly tookMs: number }> {
  const { executablePath, env, timeoutMs: launchTimeoutMs, signal } = options;
  const args = options.args.filter((arg) => !arg.startsWith('--remote-debugging-'));
  const startedAt = performance.now();
  const userDataDir = await mkdtemp(path.join(options.folder ?? tmpdir(), 'keyturn-doctor-'));
  try {
    const launch = { userDataDir, headless: true, executablePath, args, launchTimeoutMs, signal };
    const launched = await launchBrowser(launch, { env });
    const version = launched.context.browser()?.version() ?? '';
    await launched.close();
    return { version, tookMs: performance.now() - startedAt };
  } finally {
    await rm(userDataDir, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}
