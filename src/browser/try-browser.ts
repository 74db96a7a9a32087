import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../lib/run-command.js';
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
  const { executablePath, args, env, timeoutMs, signal } = options;
  const startedAt = performance.now();
  const userDataDir = await mkdtemp(path.join(options.folder ?? tmpdir(), 'keyturn-doctor-'));
  try {
    const launched = await launchBrowser(
      {
        userDataDir,
        headless: true,
        browser: { executablePath },
        args: args.filter((arg) => !arg.startsWith('--remote-debugging-')),
        launchTimeoutMs: timeoutMs,
        signal,
      },
      { env },
    );
    const version = launched.context.browser()?.version() ?? '';
    await launched.close();
    return { version, tookMs: performance.now() - startedAt };
  } finally {
    await rm(userDataDir, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** The first line that the program prints for `--version`, shortened. Undefined when it prints nothing in time. */
export async function callsItself(
  executablePath: string,
  options: { readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number },
): Promise<string | undefined> {
  const { stdout } = await runCommand([executablePath, '--version'], { ...options, keptBytes: 64 * 1024 });
  return stdout.toString('utf8').trim().split('\n')[0]?.slice(0, 80) || undefined;
}

/** `143` for `Google Chrome 143.0.7499.4`; undefined for a program that is not based on Chromium. */
export function chromiumMajor(callsItself: string): number | undefined {
  const match = /(?:chrom|edge|brave|vivaldi|opera)\D*(\d+)(?:\.\d+){1,3}/i.exec(callsItself);
  return match ? Number(match[1]) : undefined;
}

export async function playwrightChromium(): Promise<number | undefined> {
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
    const list = JSON.parse(await readFile(path.join(folder, 'browsers.json'), 'utf8')) as {
      browsers?: readonly { name?: string; browserVersion?: string }[];
    };
    const major = parseInt(list.browsers?.find(({ name }) => name === 'chromium')?.browserVersion ?? '', 10);
    return Number.isNaN(major) ? undefined : major;
  } catch {
    return undefined;
  }
}
