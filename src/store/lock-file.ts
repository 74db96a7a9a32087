import { constants } from 'node:fs';
import * as z from 'zod/mini';
import { link, open, rename, unlink, utimes } from 'node:fs/promises';
import { appError } from '../lib/app-error.js';
import { storeErrors } from '../lib/store-errors.js';
import { noHardLinks } from '../messages/file-reasons.js';
import { isLinkless, renameOver, throughTemp } from '../lib/private-files.js';
import { fateOf } from '../lib/process-identity.js';
import { isoTime, nonEmptyString, stored } from '../lib/schema.js';
import { parseJson } from './validate.js';
import { systemCode, writeError } from '../lib/system-error.js';

const lockHolder = stored({
  id: nonEmptyString,
  pid: z.number(),
  host: z.string(),
  processStart: z.optional(z.string()),
  bootId: z.optional(z.string()),
  pidNamespace: z.optional(z.string()),
  startedAt: isoTime,
  runId: z.string(),
  /** For example `keyturn refresh`. */
  command: z.string(),
  waitingForPersonSince: z.optional(isoTime),
});

export type LockHolder = Readonly<z.output<typeof lockHolder>>;

export interface LockFile {
  /** Undefined when the content is not a holder, e.g. after a power cut. */
  readonly holder: LockHolder | undefined;
  readonly heartbeatAtMs: number;
}

export const heartbeatMs = 10_000;
/** A holder that cannot be looked up on this machine is dead after this long without a heartbeat. */
const silentMs = 60_000;

/**
 * Takes the lock at `path`, or returns its live holder.
 * 1. A lock file is complete from the start: it is written under another name and then linked to `path`, which succeeds
 *    for only one process.
 * 2. A process replaces a stale lock only while it holds `<path>.takeover`, which it takes in the same way, and after
 *    reading the stale lock once more. Renaming the takeover file to `path` replaces the lock and ends the takeover.
 * 3. The lock belongs to the process whose id is in `path` afterwards.
 *
 * If a process dies during a takeover, the next one removes its takeover file. When several processes do that at the
 * same instant, one may replace the lock of another, which notices it in `stillHeld`.
 */
export async function takeLock(path: string, me: LockHolder): Promise<'taken' | LockHolder> {
  const takeover = `${path}.takeover`;
  for (;;) {
    const found = await readLockFile(path);
    if (!found) {
      if (await createLock(path, me)) return 'taken';
      continue;
    }
    const holder = liveHolder(found);
    if (holder) return holder.id === me.id ? 'taken' : holder;

    if (!(await createLock(takeover, me))) {
      const other = await readLockFile(takeover);
      const successor = other && liveHolder(other);
      if (successor) return successor;
      await removeIfThere(takeover);
      continue;
    }
    const again = await readLockFile(path);
    if (again && !liveHolder(again)) await rename(takeover, path).catch(ignoreMissing);
    else await removeIfThere(takeover);
  }
}

export async function readLockFile(path: string): Promise<LockFile | undefined> {
  let handle;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const parsed = parseJson(lockHolder, await handle.readFile('utf8'));
    return { holder: parsed.ok ? parsed.value : undefined, heartbeatAtMs: (await handle.stat()).mtimeMs };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw writeError(path, error);
  } finally {
    await handle?.close();
  }
}

/** Undefined when the lock is stale. */
export function liveHolder({ holder, heartbeatAtMs }: LockFile): LockHolder | undefined {
  const fate = holder ? fateOf(holder) : 'gone';
  const isAlive = fate === 'unknown' ? Date.now() - heartbeatAtMs <= silentMs : fate === 'alive';
  return isAlive ? holder : undefined;
}

/** Replaces the file at `path`, whose lock the caller holds. */
export async function replaceLock(path: string, me: LockHolder): Promise<void> {
  await throughTemp(path, textOf(me), async (temp) => {
    await writeHeartbeat(temp);
    await renameOver(temp, path);
  });
}

/** The heartbeat is the file's modification time, by the holder's clock. */
export async function writeHeartbeat(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}

/** Returns false when there is a lock file already. */
async function createLock(path: string, me: LockHolder): Promise<boolean> {
  try {
    await throughTemp(path, textOf(me), async (temp) => {
      await link(temp, path);
      // It is the same file. Before the link, a host with another clock could take it for an old one.
      await writeHeartbeat(temp);
    });
    return true;
  } catch (error) {
    const cause = (error as Error).cause;
    if (systemCode(cause) === 'EEXIST') return false;
    if (!isLinkless(cause)) throw error;
    throw appError(storeErrors.cannotWrite, { path, reason: noHardLinks }, { cause });
  }
}

const textOf = (me: LockHolder) => `${JSON.stringify(me)}\n`;

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (systemCode(error) !== 'ENOENT') throw error;
}
