import type { Step } from '../messages/progress.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { appError } from '../lib/app-error.js';
import { browserErrors } from './browser-errors.js';
import { hasDesktop } from '../lib/page-reach.js';
import { withDeadline } from '../lib/with-deadline.js';
import { browserReasons } from '../messages/browser-errors.js';
import { networkTexts } from '../messages/network-reasons.js';
import { same, type Text } from '../messages/text.js';
import { inPath, isUsable } from './find-browser.js';

/** Where a visible browser opens its window. */
export type Display = Awaited<ReturnType<typeof ensureDisplay>>;

/**
 * Returns a display for a visible browser: the desktop's, or, on Linux without one, a private X server (Xvfb) that
 * nobody else can connect to. Rejects with KT304 when Xvfb is missing and KT308 when it does not start. `close` stops
 * a private X server and deletes its key file, and never throws; close the browser first.
 */
export async function ensureDisplay(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  readonly log?: (step: Step) => void;
  readonly startTimeoutMs?: number;
}) {
  const { env, platform, log = () => undefined } = options;
  if (hasDesktop(env, platform)) {
    const own: { DISPLAY?: string; XAUTHORITY?: string } = {};
    return { kind: 'desktop' as const, env: own, close: () => Promise.resolve() };
  }
  const xvfb = findXvfb(env);
  if (!xvfb) throw appError(browserErrors.noDisplay, undefined);
  log('no display: starting a private one (Xvfb)');
  return startPrivateDisplay(xvfb, options.startTimeoutMs ?? 10_000, env);
}

/** @public The set-up script and the bench use it, too. */
export function findXvfb(env: NodeJS.ProcessEnv): string | undefined {
  return inPath(env, 'Xvfb').find((file) => isUsable(file, 'linux'));
}

/**
 * Runs Xvfb under a shell that reads a pipe from keyturn. A line in the pipe stops Xvfb at once. If the pipe closes,
 * keyturn is dead (even by SIGKILL): the shell gives the browser 4 s to close, then stops Xvfb.
 */
const guardScript = `"$@" </dev/null & server=$!
exec 3>&-
read -r asked || sleep 4
kill "$server" 2>/dev/null
wait "$server"
rm -f -- "$KEY_FILE"
rmdir -- "$KEY_FOLDER"`;

async function startPrivateDisplay(xvfb: string, timeoutMs: number, env: NodeJS.ProcessEnv) {
  const folder = await mkdtemp(path.join(env.TMPDIR || tmpdir(), 'keyturn-display-'));
  const keyFile = path.join(folder, 'Xauthority');
  let guard: ChildProcess | undefined;
  const close = async () => {
    if (guard) await endGuard(guard);
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  };
  try {
    await writeFile(keyFile, xauthorityEntry(), { mode: 0o600, flag: 'wx' });
    // Larger than the browser's window: Chromium shrinks a window that fills the screen and moves it partly off it.
    const screen = ['-screen', '0', '1400x1000x24'];
    const options = [...screen, '-nolisten', 'tcp', '-auth', keyFile, '-noreset', '-displayfd', '3'];
    guard = spawn('/bin/sh', ['-c', guardScript, 'keyturn-display', xvfb, ...options], {
      // In a process group of its own, so that Ctrl-C does not stop the display before the browser has closed.
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env: { PATH: env.PATH, KEY_FILE: keyFile, KEY_FOLDER: folder },
    });
    const number = await displayNumber(guard, xvfb, timeoutMs);
    guard.unref();
    for (const stream of [guard.stdin, guard.stderr]) (stream as { unref?: () => void } | null)?.unref?.();
    return { kind: 'private' as const, env: { DISPLAY: `:${number}`, XAUTHORITY: keyFile }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One MIT-MAGIC-COOKIE-1 entry for any host and any display number: the number is unknown until the server runs. */
function xauthorityEntry(): Buffer {
  const counted = (data: Buffer) => Buffer.concat([Buffer.from([data.length >> 8, data.length & 0xff]), data]);
  const anyAddress = Buffer.from([0xff, 0xff]);
  const fields = [Buffer.alloc(0), Buffer.alloc(0), Buffer.from('MIT-MAGIC-COOKIE-1'), randomBytes(16)];
  return Buffer.concat([anyAddress, ...fields.map(counted)]);
}

/** Xvfb writes the number of its display and closes the pipe. */
async function displayNumber(guard: ChildProcess, executablePath: string, timeoutMs: number): Promise<string> {
  const failure = (reason: Text) => appError(browserErrors.launchFailed, { executablePath, reason });
  let complaint = '';
  guard.stderr?.on('data', (data: Buffer) => (complaint = (complaint + data.toString()).slice(-2000)));
  guard.on('error', (error) => (complaint = error.message));
  const answer = await withDeadline(readAll(guard.stdio[3] as Readable), timeoutMs, () => {
    throw failure(networkTexts.noAnswerWithin(timeoutMs / 1000));
  });
  if (answer.endsWith('\n')) return answer.trim();
  const lastLine = complaint.trim().split('\n').pop()?.trim();
  throw failure(lastLine ? same(lastLine) : browserReasons.endedAtOnce);
}

async function endGuard(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null || guard.pid === undefined) return;
  const ended = once(guard, 'exit');
  guard.stdin?.on('error', () => undefined);
  guard.stdin?.end('end\n');
  const kill = () => process.kill(-guard.pid!, 'SIGKILL');
  await withDeadline(ended, 3000, kill).catch(() => undefined);
}
