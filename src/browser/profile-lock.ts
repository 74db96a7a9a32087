import { lstat, readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appError } from '../errors/app-error.js';
import { browserErrors } from '../errors/browser-errors.js';
import { commandLineOf, isAlive } from './process-tree.js';

export interface ProfileLock {
  readonly path: string;
  readonly host: string;
  readonly pid: number;
  readonly ageMs: number;
}

/** A browser whose keyturn was killed closes by itself within about 2 s; it is not worth an error. */
const dyingBrowserMs = 4000;
/** A foreign lock younger than this may belong to a machine that shares the folder and is at work. */
const foreignLockMs = 5 * 60_000;

/** Chromium's own lock on a profile: the link `SingletonLock`, which points to `host-pid`. Windows has none. */
export async function readProfileLock(userDataDir: string): Promise<ProfileLock | undefined> {
  const file = path.join(userDataDir, 'SingletonLock');
  try {
    const [target, stat] = await Promise.all([readlink(file), lstat(file)]);
    const match = /^(.*)-(\d+)$/.exec(target);
    if (!match) return undefined;
    return { path: file, host: match[1] ?? '', pid: Number(match[2]), ageMs: Math.max(0, Date.now() - stat.mtimeMs) };
  } catch {
    return undefined;
  }
}

/**
 * Makes sure that a launch on this profile will not fail or wait for another browser. A dead lock of this host is left to
 * Chromium, which heals it. One of another host makes Chromium wait for ever, so it is removed when it is old and the caller
 * owns the account; otherwise this rejects with KT306 or KT307.
 */
export async function requireFreeProfile(
  userDataDir: string,
  options: { ownsAccount: boolean; thisHost?: string; signal?: AbortSignal },
): Promise<'free' | 'healed'> {
  const lock = await readProfileLock(userDataDir);
  if (!lock) return 'free';
  if (lock.host !== (options.thisHost ?? hostname())) {
    if (!options.ownsAccount || lock.ageMs < foreignLockMs) {
      throw appError(browserErrors.profileInUseElsewhere, {
        userDataDir,
        host: lock.host,
        pid: lock.pid,
        lockPath: lock.path,
      });
    }
    const leftovers = ['SingletonLock', 'SingletonSocket', 'SingletonCookie'];
    await Promise.all(leftovers.map((name) => rm(path.join(userDataDir, name), { force: true })));
    return 'healed';
  }
  const deadlineAt = Date.now() + dyingBrowserMs;
  while (isBrowser(lock.pid, userDataDir)) {
    if (Date.now() > deadlineAt) {
      const command = commandLineOf(lock.pid).split(' ')[0] || 'a browser';
      throw appError(browserErrors.profileInUse, { userDataDir, pid: lock.pid, command });
    }
    await delay(50, undefined, { signal: options.signal });
  }
  return 'free';
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
  if (lock.host !== thisHost) return { kind: 'elsewhere', lock, isOld: lock.ageMs >= foreignLockMs };
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
