import { constants } from 'node:fs';
import { link, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IsoTime } from '../core/outcome.js';
import { isLinkless, tempName } from '../lib/private-files.js';
import { fateOf, type ProcessIdentity } from '../lib/process-identity.js';
import { isoTime, nonEmptyString, number, object, optional, parseJson, string } from './validate.js';
import { systemCode, writeError } from '../lib/system-error.js';

/** The holder of a lock, from the lock file. */
export interface LockHolder extends ProcessIdentity {
  /** Unique to this lock file. */
  readonly id: string;
  readonly startedAt: IsoTime;
  readonly runId: string;
  /** For example `keyturn refresh`. */
  readonly command: string;
  readonly waitingForPersonSince?: IsoTime;
}

/** `holder` is absent after a power cut, or while the file is being written on a file system without hard links. */
export interface FoundLock {
  readonly id: string;
  readonly holder?: LockHolder;
  readonly mtimeMs: number;
}

export const heartbeatMs = 10_000;
/** A holder on another machine without a heartbeat for this long is dead. */
const silentMs = 60_000;
/** An unreadable lock file younger than this counts as one that is being written. */
const unreadableMs = 10_000;

const lockHolder = object<LockHolder>({
  id: nonEmptyString,
  pid: number,
  host: string(),
  processStart: optional(string()),
  bootId: optional(string()),
  pidNamespace: optional(string()),
  startedAt: isoTime,
  runId: string(),
  command: string(),
  waitingForPersonSince: optional(isoTime),
});

/**
 * Takes the lock at `path`, or returns the lock that was found.
 *
 * 1. A lock file is complete from the start: it is written under another name and then linked to `path`, which succeeds
 *    for only one process.
 * 2. A stale lock file is never removed, only replaced, and only by the process that holds the guard lock
 *    `<base>.heir-<id of the stale file>`. While a process holds the guard, no other process may replace the file. The
 *    guard's holder checks again that the file is the stale one, so its rename cannot overwrite a live lock.
 * 3. A guard whose holder died is itself a stale lock, and is replaced by the same rule.
 */
export async function takeLock(path: string, me: LockHolder, base: string = path): Promise<'taken' | FoundLock> {
  for (let tries = 0; ; tries++) {
    const fileNowMs = await createLock(path, me);
    if (fileNowMs === undefined) return 'taken';
    const found = await readLockFile(path);
    if (!found) continue;
    if (!(await isStale(path, found, fileNowMs))) return found;

    const guardPath = `${base}.heir-${found.id}`;
    const guard = await takeLock(guardPath, { ...me, id: `${me.id}.${tries}` }, base);
    if (guard !== 'taken') {
      // Another process is replacing this lock now; check the result.
      if (tries >= 200) return guard;
      await sleep(5 + Math.random() * 10);
      continue;
    }
    try {
      if ((await readLockFile(path))?.id !== found.id) continue;
      await replaceLock(path, me);
      return 'taken';
    } finally {
      await unlink(guardPath).catch(() => undefined);
    }
  }
}

/** Undefined when there is no lock file. */
export async function readLockFile(path: string): Promise<FoundLock | undefined> {
  let handle;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const [text, stats] = [await handle.readFile('utf8'), await handle.stat()];
    const parsed = parseJson(lockHolder, text);
    const holder = parsed.ok && /^[\w.-]{1,200}$/.test(parsed.value.id) ? parsed.value : undefined;
    return { id: holder?.id ?? `unreadable-${stats.ino}-${Math.round(stats.mtimeMs)}`, holder, mtimeMs: stats.mtimeMs };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw writeError(path, error);
  } finally {
    await handle?.close();
  }
}

/** `fileNowMs` is the file system's time; on a network drive it may differ from the local clock. */
export async function isStale(path: string, found: FoundLock, fileNowMs: number): Promise<boolean> {
  const silentForMs = fileNowMs - found.mtimeMs;
  if (!found.holder) return silentForMs > unreadableMs;
  switch (fateOf(found.holder)) {
    case 'alive':
      return false;
    case 'gone':
      return true;
    case 'elsewhere':
      return silentForMs > silentMs;
    case 'unsure':
      // Another program may have the pid by now. A holder that slept with the machine gets time for one heartbeat.
      return silentForMs > silentMs && (await staysSilent(path, found));
  }
}

async function staysSilent(path: string, found: FoundLock): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < heartbeatMs * 1.2; waitedMs += 250) {
    await sleep(250);
    const seen = await readLockFile(path);
    if (seen?.id !== found.id || seen.mtimeMs !== found.mtimeMs) return false;
  }
  return true;
}

/** Replaces the file at `path`. The caller must hold the lock, or the guard of a stale one. */
export async function replaceLock(path: string, me: LockHolder): Promise<void> {
  const temp = await writeTemp(path, me);
  try {
    await rename(temp.path, path);
  } catch (error) {
    await unlink(temp.path).catch(() => undefined);
    throw writeError(path, error);
  }
}

/** Heartbeat for other machines: rewriting the last byte sets the file's mtime by the file system's clock. */
export async function writeHeartbeat(path: string, id: string): Promise<void> {
  const handle = await open(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
  try {
    const text = await handle.readFile('utf8');
    if (text.includes(JSON.stringify(id)) && text.endsWith('\n')) await handle.write('\n', Buffer.byteLength(text) - 1);
  } finally {
    await handle.close();
  }
}

/** Removes guards that killed processes left. Only for the holder of `path`: these guards belong to replaced locks. */
export async function sweepGuards(path: string): Promise<void> {
  const prefix = `${basename(path)}.heir-`;
  const names = await readdir(dirname(path)).catch(() => [] as string[]);
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    await unlink(join(dirname(path), name)).catch(() => undefined);
  }
}

/** Undefined when the lock was created; else the file system's current time. */
async function createLock(path: string, me: LockHolder): Promise<number | undefined> {
  const temp = await writeTemp(path, me);
  try {
    await link(temp.path, path);
    return undefined;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return temp.mtimeMs;
    if (!isLinkless(error)) throw writeError(path, error);
    return await createWithoutLinks(path, me, temp.mtimeMs);
  } finally {
    await unlink(temp.path).catch(() => undefined);
  }
}

/** For file systems without hard links, such as exFAT. The file exists and is empty for an instant. */
async function createWithoutLinks(path: string, me: LockHolder, fileNowMs: number): Promise<number | undefined> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(lockText(me));
    } finally {
      await handle.close();
    }
    return undefined;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return fileNowMs;
    throw writeError(path, error);
  }
}

async function writeTemp(path: string, me: LockHolder): Promise<{ readonly path: string; readonly mtimeMs: number }> {
  const temp = tempName(path);
  try {
    const handle = await open(temp, 'wx', 0o600);
    try {
      await handle.writeFile(lockText(me));
    } finally {
      await handle.close();
    }
    return { path: temp, mtimeMs: (await stat(temp)).mtimeMs };
  } catch (error) {
    await unlink(temp).catch(() => undefined);
    throw writeError(path, error);
  }
}

const lockText = (me: LockHolder) => `${JSON.stringify(me)}\n`;
