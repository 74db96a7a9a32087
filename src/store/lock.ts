import { constants, fstatSync, readFileSync, unlinkSync, utimesSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { IsoTime } from '../core/outcome.js';
import { appError } from '../lib/app-error.js';
import { durationText } from '../lib/duration.js';
import { createNewFile, ensurePrivateDir, sweepTemps, withOpenFile, writePrivateFile } from '../lib/private-files.js';
import { fateOf, ownIdentity, processStart } from '../lib/process-identity.js';
import { isoTime, nonEmptyString, stored } from '../lib/schema.js';
import { showTime } from '../lib/show-time.js';
import { storeErrors } from '../lib/store-errors.js';
import { systemCode, writeError } from '../lib/system-error.js';
import { lockTexts, storeErrorTexts } from '../messages/store-errors.js';
import type { Text } from '../messages/text.js';
import { parseJson } from './validate.js';

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
  /** The lock counts as held while this process lives, too. */
  worker: z.optional(stored({ pid: z.number(), processStart: z.optional(z.string()) })),
});

export type LockHolder = Readonly<z.output<typeof lockHolder>>;

const heartbeatMs = 10_000;
/** A worker without its supervisor is gone after this long. */
const orphanMs = 5000;
/** A holder that cannot be looked up on this machine is dead after this long without a heartbeat. */
const silentMs = 60_000;

export interface AcquireOptions {
  /** For example `keyturn refresh`; shown to other runs that find the lock. */
  readonly command: string;
  readonly runId: string;
  /** What the lock guards, for the error. Default: the account whose folder it is in. */
  readonly what?: Text;
  readonly waitMs?: number;
  /** Epoch milliseconds; only for the times that are shown. */
  readonly now?: () => number;
  readonly pollMs?: number;
  /** Ends the waiting; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Takes the lock, replacing a stale one, or rejects with KT220 or KT221 (exit code 4), which name the holder. */
export async function acquireLock(path: string, options: AcquireOptions): Promise<AccountLock> {
  const now = options.now ?? Date.now;
  const me: LockHolder = {
    id: `${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`,
    ...ownIdentity(),
    startedAt: new Date(now()).toISOString(),
    runId: options.runId,
    command: options.command,
  };
  await ensurePrivateDir(dirname(path));
  const startedAt = performance.now();
  const waitMs = options.waitMs ?? 0;
  for (;;) {
    options.signal?.throwIfAborted();
    const taken = await takeLock(path, me);
    if (taken === 'taken') break;
    // A worker whose supervisor is dead ends by itself.
    const patienceMs = fateOf(taken) === 'gone' ? Math.max(waitMs, orphanMs) : waitMs;
    const restMs = startedAt + patienceMs - performance.now();
    if (restMs <= 0) throw heldError(path, taken, now(), options.what);
    await sleep(Math.min(options.pollMs ?? 200, restMs), undefined, { signal: options.signal }).catch(() => {
      options.signal?.throwIfAborted();
    });
  }
  sweepTemps(dirname(path));
  return new AccountLock(path, me);
}

/** Who holds the lock; undefined when there is no lock or its holder is dead. */
export function readLock(path: string): Promise<LockHolder | undefined> {
  return new Promise((resolve) => {
    const found = readLockFile(path);
    resolve(found && liveHolder(found));
  });
}

/** `keyturn refresh (pid 4711 on host-1), running for 12m, waiting for a person since 14:05 (10m ago)`. */
export function describeHolder(holder: LockHolder, nowMs: number): Text {
  const agoOf = (time: IsoTime) => durationText(Math.max(0, nowMs - Date.parse(time)));
  const since = holder.waitingForPersonSince;
  const waiting = since === undefined ? undefined : { at: showTime(since).slice(-5), ago: agoOf(since) };
  return lockTexts.holder({ ...holder, ago: agoOf(holder.startedAt), waiting });
}

function heldError(path: string, holder: LockHolder, nowMs: number, what?: Text) {
  const account = basename(dirname(path));
  const described = describeHolder(holder, nowMs);
  return holder.waitingForPersonSince
    ? appError(storeErrors.lockedByPerson, { account, holder: described })
    : appError(storeErrors.locked, { what: what ?? storeErrorTexts.account(account), holder: described });
}

export class AccountLock {
  readonly #path: string;
  #holder: LockHolder;
  readonly #timer: NodeJS.Timeout;
  #isReleased = false;
  /** Serialises changes of the file. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(path: string, holder: LockHolder) {
    this.#path = path;
    this.#holder = holder;
    this.#timer = setInterval(() => {
      // A failed heartbeat does not matter; only a minute without one does.
      this.#inTurn(() => {
        if (this.#isOurs()) writeHeartbeat(path);
      }).catch(() => undefined);
    }, heartbeatMs);
    this.#timer.unref();
  }

  /** Records in the lock file since when this run has been waiting for a person; undefined: it no longer waits. */
  async setWaiting(since: IsoTime | undefined): Promise<void> {
    await this.#change({ waitingForPersonSince: since });
  }

  /** Records the process that works for this run, so that nobody takes the account while it lives. */
  async setWorker(pid: number | undefined): Promise<void> {
    await this.#change({ worker: pid === undefined ? undefined : { pid, processStart: processStart(pid) } });
  }

  get id(): string {
    return this.#holder.id;
  }

  async #change(change: Partial<LockHolder>): Promise<void> {
    await this.#inTurn(async () => {
      this.#holder = { ...this.#holder, ...change };
      if (this.#isReleased || !this.#isOurs()) return;
      await writePrivateFile(this.#path, textOf(this.#holder), 'nothing');
      writeHeartbeat(this.#path);
    });
  }

  /** Whether this run still holds the lock. Another machine may have taken it while this one slept. */
  async stillHeld(): Promise<boolean> {
    return !this.#isReleased && (await this.#inTurn(() => this.#isOurs()));
  }

  /** Rejects with KT220 when this run no longer holds the lock. */
  async requireHeld(): Promise<void> {
    if (!(await this.stillHeld())) requireHeldBy(this.#path, undefined);
  }

  /** Never rejects; later calls do nothing. */
  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearInterval(this.#timer);
    await this.#inTurn(() => {
      if (this.#isOurs()) unlinkSync(this.#path);
    }).catch(() => undefined);
  }

  #isOurs(): boolean {
    return readLockFile(this.#path)?.holder?.id === this.id;
  }

  #inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** For a worker of the run that holds the lock: rejects with KT220 when another run has taken it. */
export function requireHeldBy(path: string, id: string | undefined): void {
  const found = readLockFile(path);
  if (found?.holder && found.holder.id === id) return;
  const holder = found?.holder ? describeHolder(found.holder, Date.now()) : lockTexts.ended;
  const what = storeErrorTexts.account(basename(dirname(path)));
  throw appError(storeErrors.locked, { what, holder, state: storeErrorTexts.lockLost });
}

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
async function takeLock(path: string, me: LockHolder): Promise<'taken' | LockHolder> {
  const takeover = `${path}.takeover`;
  for (;;) {
    const found = readLockFile(path);
    if (!found) {
      if (await createLock(path, me)) return 'taken';
      continue;
    }
    const holder = liveHolder(found);
    if (holder) return holder.id === me.id ? 'taken' : holder;

    if (!(await createLock(takeover, me))) {
      const other = readLockFile(takeover);
      const successor = other && liveHolder(other);
      if (successor) return successor;
      await rm(takeover, { force: true });
      continue;
    }
    const again = readLockFile(path);
    // Another process may have removed the takeover file, and this one tries again.
    if (again && !liveHolder(again))
      await rename(takeover, path).catch((error: unknown) => {
        if (systemCode(error) !== 'ENOENT') throw error;
      });
    else await rm(takeover, { force: true });
  }
}

/** `holder` is undefined when the content is not one, e.g. after a power cut. */
function readLockFile(path: string) {
  try {
    return withOpenFile(path, constants.O_RDONLY, (descriptor) => {
      const parsed = parseJson(lockHolder, readFileSync(descriptor, 'utf8'));
      return { holder: parsed.ok ? parsed.value : undefined, heartbeatAtMs: fstatSync(descriptor).mtimeMs };
    });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw writeError(path, error);
  }
}

/** Undefined when the lock is stale. */
function liveHolder({ holder, heartbeatAtMs }: NonNullable<ReturnType<typeof readLockFile>>) {
  const worker = holder?.worker && fateOf({ ...holder, ...holder.worker });
  const fate = worker === 'alive' ? worker : holder ? fateOf(holder) : 'gone';
  const isAlive = fate === 'unknown' ? Date.now() - heartbeatAtMs <= silentMs : fate === 'alive';
  return isAlive ? holder : undefined;
}

/** The heartbeat is the file's modification time, by the holder's clock. */
function writeHeartbeat(path: string): void {
  const now = new Date();
  utimesSync(path, now, now);
}

/** Returns false when there is a lock file already. */
async function createLock(path: string, me: LockHolder): Promise<boolean> {
  // A power cut ends the holder, too.
  const isCreated = await createNewFile(path, textOf(me), 'nothing');
  if (isCreated) writeHeartbeat(path);
  return isCreated;
}

const textOf = (me: LockHolder) => `${JSON.stringify(me)}\n`;
