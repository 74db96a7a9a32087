import { lstat, mkdtemp, readlink, rm, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appError } from '../errors/app-error.js';
import { browserErrors } from '../errors/browser-errors.js';
import { isSameMachine, ownIdentity } from '../lib/process-identity.js';
import { commandLineOf, isAlive } from './process-tree.js';
import { readRun, storeTimes, type RunOpener } from './profile-state.js';

export interface ProfileLock {
  readonly path: string;
  readonly host: string;
  readonly pid: number;
  readonly mtimeMs: number;
  /** By this machine's clock. */
  readonly ageMs: number;
}

/** A browser whose keyturn was killed closes by itself within about 2 s; it is not worth an error. */
const dyingBrowserMs = 4000;
/** A foreign lock or a profile younger than this may belong to a machine that shares the folder and is at work. */
const foreignLockMs = 5 * 60_000;

/** Chromium's own lock on a profile: the link `SingletonLock`, which points to `host-pid`. Windows has none. */
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
 * Makes sure that a launch on this profile will not fail or wait for another browser. A dead lock of this host is left to
 * Chromium, which heals it; one of another host name makes Chromium wait for ever. It is removed only when its browser has
 * ended for sure, or as surely as can be known from here:
 * - it was this machine under an earlier name (same boot, same process numbers), and no such browser runs any more; or
 * - keyturn on the other machine or in the other container opened it, that keyturn no longer holds the account, which the
 *   caller does, and neither the lock nor the profile was written for five minutes, by the file system's own clock.
 * A browser that somebody else opened there by hand is never judged to be gone. Otherwise this rejects with KT306 or KT307.
 */
export async function requireFreeProfile(
  userDataDir: string,
  options: { ownsAccount: boolean; thisHost?: string; signal?: AbortSignal },
): Promise<'free' | 'healed'> {
  const lock = await readProfileLock(userDataDir);
  if (!lock) return 'free';
  if (lock.host === (options.thisHost ?? hostname())) {
    await requireEnded(lock, userDataDir, options.signal);
    return 'free';
  }
  const opener = await openerOf(lock, userDataDir);
  if (opener && isSameMachine(opener, ownIdentity())) await requireEnded(lock, userDataDir, options.signal);
  else if (!opener || !options.ownsAccount || !(await isQuiet(lock, userDataDir, await fileSystemNow(userDataDir)))) {
    const { host, pid, path: lockPath } = lock;
    throw appError(browserErrors.profileInUseElsewhere, { userDataDir, host, pid, lockPath });
  }
  const leftovers = ['SingletonLock', 'SingletonSocket', 'SingletonCookie'];
  await Promise.all(leftovers.map((name) => rm(path.join(userDataDir, name), { force: true })));
  return 'healed';
}

/** The keyturn whose browser left the lock; undefined when that browser closed and somebody else has opened one since. */
async function openerOf(lock: ProfileLock, userDataDir: string): Promise<RunOpener | undefined> {
  const run = await readRun(userDataDir);
  if (run?.host !== lock.host || run.closed) return undefined;
  return { host: run.host, bootId: run.bootId, pidNamespace: run.pidNamespace };
}

/** Whether neither the lock nor the profile was written for a while before `nowMs`. */
async function isQuiet(lock: ProfileLock, userDataDir: string, nowMs: number): Promise<boolean> {
  const { cookies = 0, localStorage = 0 } = await storeTimes(userDataDir);
  return nowMs - Math.max(lock.mtimeMs, cookies, localStorage) > foreignLockMs;
}

/** A network drive may tell another time than this machine, so a folder that is made now says what time it is there. */
async function fileSystemNow(userDataDir: string): Promise<number> {
  const folder = await mkdtemp(path.join(path.dirname(path.resolve(userDataDir)), '.now-'));
  try {
    return (await lstat(folder)).mtimeMs;
  } finally {
    await rmdir(folder);
  }
}

/** A browser whose keyturn was killed gets the time to close. Rejects with KT306 when it goes on. */
async function requireEnded({ pid }: ProfileLock, userDataDir: string, signal?: AbortSignal): Promise<void> {
  const deadlineAt = performance.now() + dyingBrowserMs;
  while (isBrowser(pid, userDataDir)) {
    if (performance.now() > deadlineAt) {
      const command = commandLineOf(pid).split(' ')[0] || 'a browser';
      throw appError(browserErrors.profileInUse, { userDataDir, pid, command });
    }
    await delay(50, undefined, { signal });
  }
}

export type ProfileHolder =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'browser'; readonly pid: number; readonly command: string }
  /** `isOld`: a run that owns the account takes it for a leftover and removes it. */
  | { readonly kind: 'elsewhere'; readonly lock: ProfileLock; readonly isOld: boolean };

/** Who has the profile open at this moment. Waits for nothing and changes nothing. */
export async function profileHolder(userDataDir: string, thisHost: string = hostname()): Promise<ProfileHolder> {
  const lock = await readProfileLock(userDataDir);
  if (!lock) return { kind: 'nobody' };
  if (lock.host !== thisHost) {
    const opener = await openerOf(lock, userDataDir);
    if (!opener || !isSameMachine(opener, ownIdentity())) {
      const isOld = opener !== undefined && (await isQuiet(lock, userDataDir, Date.now()));
      return { kind: 'elsewhere', lock, isOld };
    }
  }
  if (!isBrowser(lock.pid, userDataDir)) return { kind: 'nobody' };
  return { kind: 'browser', pid: lock.pid, command: commandLineOf(lock.pid).split(' ')[0] || 'a browser' };
}

/**
 * Process ids are used again, in a new container at once: only a browser counts as the holder. On Linux a process without
 * a command line is dead already and waits for its parent; elsewhere the line may just not be readable.
 */
function isBrowser(pid: number, userDataDir: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandLineOf(pid);
  if (command === '') return process.platform !== 'linux';
  return command.includes(userDataDir) || /chrom|msedge/i.test(command);
}
