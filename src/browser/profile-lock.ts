import { lstat, mkdtemp, readlink, rm, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appError } from '../errors/app-error.js';
import { browserErrors } from '../errors/browser-errors.js';
import { isPidInUse, isSameMachine, ownIdentity } from '../lib/process-identity.js';
import { commandLineOf } from './process-tree.js';
import { readRun, storeTimes, type RunOpener } from './profile-state.js';

export interface ProfileLock {
  readonly path: string;
  readonly host: string;
  readonly pid: number;
  readonly mtimeMs: number;
  /** By this machine's clock. */
  readonly ageMs: number;
}

/** A browser whose keyturn was killed closes by itself within about 2 s, so wait for it instead of failing. */
const dyingBrowserMs = 4000;
/** If another host's lock or the profile is newer than this, that host may share the folder and still be working. */
const foreignLockMs = 5 * 60_000;

/** Reads Chromium's own lock, the symlink `SingletonLock` to `host-pid`. Windows has none. */
export async function readProfileLock(userDataDir: string): Promise<ProfileLock | undefined> {
  const file = path.join(userDataDir, 'SingletonLock');
  try {
    const [target, stat] = await Promise.all([readlink(file), lstat(file)]);
    const match = /^(.*)-(\d+)$/.exec(target);
    if (!match) return undefined;
    return {
      path: file,
      host: match[1] ?? '',
      pid: Number(match[2]),
      mtimeMs: stat.mtimeMs,
      ageMs: Math.max(0, Date.now() - stat.mtimeMs),
    };
  } catch {
    return undefined;
  }
}

/**
 * Makes sure that a launch on this profile neither fails nor waits for another browser. The caller holds the account's
 * lock. Chromium itself removes a dead lock of this host, but waits forever for a lock of another host. Such a lock is
 * removed here in two cases:
 * - This machine had that host name before (same boot, same process id namespace), and the browser no longer runs.
 * - keyturn opened the browser on another machine or in another container and no longer holds the account. By the file
 *   system's clock, neither the lock nor the profile was written for five minutes.
 * A browser that a person opened there never counts as ended. In all other cases this rejects with KT306.
 */
export async function requireFreeProfile(userDataDir: string, signal?: AbortSignal): Promise<'free' | 'healed'> {
  const lock = await readProfileLock(userDataDir);
  if (!lock) return 'free';
  const opener = await openerOf(lock, userDataDir);
  if (isHere(lock, opener)) {
    await requireEnded(lock, userDataDir, signal);
    if (lock.host === hostname()) return 'free';
  } else if (!opener || !(await isQuiet(lock, userDataDir, await fileSystemNow(userDataDir)))) {
    const { host, pid, path: lockPath } = lock;
    throw appError(browserErrors.profileInUse, { userDataDir, host, pid, lockPath });
  }
  const leftovers = ['SingletonLock', 'SingletonSocket', 'SingletonCookie'];
  await Promise.all(leftovers.map((name) => rm(path.join(userDataDir, name), { force: true })));
  return 'healed';
}

/** The keyturn whose browser left the lock. Undefined after its clean close: then somebody else opened the browser. */
async function openerOf(lock: ProfileLock, userDataDir: string): Promise<RunOpener | undefined> {
  const run = await readRun(userDataDir);
  return run?.host === lock.host && !run.closed ? run : undefined;
}

/** Whether the lock's process id is one of this machine, perhaps under an earlier host name. */
const isHere = (lock: ProfileLock, opener: RunOpener | undefined) =>
  lock.host === hostname() || (opener !== undefined && isSameMachine(opener, ownIdentity()));

async function isQuiet(lock: ProfileLock, userDataDir: string, nowMs: number): Promise<boolean> {
  const { cookies = 0, localStorage = 0 } = await storeTimes(userDataDir);
  return nowMs - Math.max(lock.mtimeMs, cookies, localStorage) > foreignLockMs;
}

/** Reads the file system's clock from a new folder: a network drive's clock may differ from this machine's. */
async function fileSystemNow(userDataDir: string): Promise<number> {
  const folder = await mkdtemp(path.join(path.dirname(path.resolve(userDataDir)), '.now-'));
  try {
    return (await lstat(folder)).mtimeMs;
  } finally {
    await rmdir(folder);
  }
}

async function requireEnded({ pid }: ProfileLock, userDataDir: string, signal?: AbortSignal): Promise<void> {
  const deadlineAt = performance.now() + dyingBrowserMs;
  while (isBrowser(pid, userDataDir)) {
    if (performance.now() > deadlineAt) {
      throw appError(browserErrors.profileInUse, { userDataDir, pid, command: programOf(pid) });
    }
    await delay(50, undefined, { signal });
  }
}

export type ProfileHolder =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'browser'; readonly pid: number; readonly command: string }
  /** `isOld`: a run that owns the account would remove the lock as a leftover. */
  | { readonly kind: 'elsewhere'; readonly lock: ProfileLock; readonly isOld: boolean };

/** Who has the profile open now. Does not wait and changes nothing. */
export async function profileHolder(userDataDir: string): Promise<ProfileHolder> {
  const lock = await readProfileLock(userDataDir);
  if (!lock) return { kind: 'nobody' };
  const opener = await openerOf(lock, userDataDir);
  if (!isHere(lock, opener)) {
    const isOld = opener !== undefined && (await isQuiet(lock, userDataDir, Date.now()));
    return { kind: 'elsewhere', lock, isOld };
  }
  if (!isBrowser(lock.pid, userDataDir)) return { kind: 'nobody' };
  return { kind: 'browser', pid: lock.pid, command: programOf(lock.pid) };
}

const programOf = (pid: number) => commandLineOf(pid).split(' ')[0] || 'a browser';

/** Process ids are reused, so only a browser counts. Without a command line, it is dead on Linux only. */
function isBrowser(pid: number, userDataDir: string): boolean {
  if (!isPidInUse(pid)) return false;
  const command = commandLineOf(pid);
  if (command === '') return process.platform !== 'linux';
  return command.includes(userDataDir) || /chrom|msedge/i.test(command);
}
