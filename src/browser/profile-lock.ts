import { readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appError } from '../lib/app-error.js';
import { browserErrors } from './browser-errors.js';
import { isPidInUse, isSameMachine, ownIdentity } from '../lib/process-identity.js';
import { commandLineOf } from './process-tree.js';
import { readRun } from './profile-state.js';

type ProfileLock = NonNullable<Awaited<ReturnType<typeof readProfileLock>>>;

/** A browser whose keyturn was killed closes by itself within about 2 s, so wait for it instead of failing. */
const dyingBrowserMs = 4000;

/** Reads Chromium's own lock, the symlink `SingletonLock` to `host-pid`. Windows has none. */
async function readProfileLock(userDataDir: string) {
  const file = path.join(userDataDir, 'SingletonLock');
  const target = await readlink(file).catch(() => '');
  const match = /^(.*)-(\d+)$/.exec(target);
  return match ? { path: file, host: match[1] ?? '', pid: Number(match[2]) } : undefined;
}

/**
 * Makes sure that a launch on this profile neither fails nor waits for another browser. The caller holds the account's
 * lock. Chromium itself removes a dead lock of this host, but waits forever for a lock of another host. Such a lock is
 * removed here in two cases:
 * - This machine had that host name before (same boot, same process id namespace), and the browser no longer runs.
 * - keyturn opened the browser on another machine or in another container, and no longer holds the account there.
 * A browser that a person opened there never counts as ended. In all other cases this rejects with KT306.
 */
export async function requireFreeProfile(userDataDir: string, signal?: AbortSignal): Promise<'free' | 'healed'> {
  const deadlineAt = performance.now() + dyingBrowserMs;
  let holder = await profileHolder(userDataDir);
  while (holder.kind === 'browser') {
    const { pid, command } = holder;
    if (performance.now() > deadlineAt) throw appError(browserErrors.profileInUse, { userDataDir, pid, command });
    await delay(50, undefined, { signal });
    holder = await profileHolder(userDataDir);
  }
  if (holder.kind === 'elsewhere' && !holder.isOurs) {
    const { host, pid, path: lockPath } = holder.lock;
    throw appError(browserErrors.profileInUse, { userDataDir, host, pid, lockPath });
  }
  const lock = await readProfileLock(userDataDir);
  if (!lock || lock.host === hostname()) return 'free';
  const leftovers = ['SingletonLock', 'SingletonSocket', 'SingletonCookie'];
  await Promise.all(leftovers.map((name) => rm(path.join(userDataDir, name), { force: true })));
  return 'healed';
}

export type ProfileHolder =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'browser'; readonly pid: number; readonly command: string }
  /** `isOurs`: a run that owns the account would remove the lock as a leftover. */
  | { readonly kind: 'elsewhere'; readonly lock: ProfileLock; readonly isOurs: boolean };

/** Who has the profile open now. Does not wait and changes nothing. */
export async function profileHolder(userDataDir: string): Promise<ProfileHolder> {
  const lock = await readProfileLock(userDataDir);
  if (!lock) return { kind: 'nobody' };
  const run = await readRun(userDataDir);
  // After a clean close of keyturn's own browser, somebody else has opened the profile.
  const opener = run?.host === lock.host && !run.closed ? run : undefined;
  const isHere = lock.host === hostname() || (opener !== undefined && isSameMachine(opener, ownIdentity()));
  if (!isHere) return { kind: 'elsewhere', lock, isOurs: opener !== undefined };
  if (!isBrowser(lock.pid, userDataDir)) return { kind: 'nobody' };
  return { kind: 'browser', pid: lock.pid, command: commandLineOf(lock.pid).split(' ')[0] || 'a browser' };
}

/** Process ids are reused, so only a browser counts. Without a command line, it is dead on Linux only. */
function isBrowser(pid: number, userDataDir: string): boolean {
  if (!isPidInUse(pid)) return false;
  const command = commandLineOf(pid);
  if (command === '') return process.platform !== 'linux';
  return command.includes(userDataDir) || /chrom|msedge/i.test(command);
}
