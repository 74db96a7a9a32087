import { unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { durationText } from '../lib/duration.js';
import { showTime } from '../lib/show-time.js';
import { appError } from '../lib/app-error.js';
import { storeErrors } from '../lib/store-errors.js';
import { lockTexts, storeErrorTexts } from '../messages/store-errors.js';
import type { Text } from '../messages/text.js';
import type { IsoTime } from '../core/outcome.js';
import {
  heartbeatMs,
  liveHolder,
  readLockFile,
  replaceLock,
  takeLock,
  writeHeartbeat,
  type LockHolder,
} from './lock-file.js';
import { ensurePrivateDir, sweepTemps } from '../lib/private-files.js';
import { ownIdentity } from '../lib/process-identity.js';

export type { LockHolder } from './lock-file.js';

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
  const waitUntil = performance.now() + (options.waitMs ?? 0);
  for (;;) {
    options.signal?.throwIfAborted();
    const taken = await takeLock(path, me);
    if (taken === 'taken') break;
    const restMs = waitUntil - performance.now();
    if (restMs <= 0) throw heldError(path, taken, now(), options.what);
    await sleep(Math.min(options.pollMs ?? 200, restMs), undefined, { signal: options.signal }).catch(() => {
      options.signal?.throwIfAborted();
    });
  }
  await sweepTemps(dirname(path));
  return new AccountLock(path, me);
}

/** Who holds the lock; undefined when there is no lock or its holder is dead. */
export async function readLock(path: string): Promise<LockHolder | undefined> {
  const found = await readLockFile(path);
  return found && liveHolder(found);
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
      this.#inTurn(async () => {
        if (await this.#isOurs()) await writeHeartbeat(path);
      }).catch(() => undefined);
    }, heartbeatMs);
    this.#timer.unref();
  }

  get holder(): LockHolder {
    return this.#holder;
  }

  /** Records in the lock file since when this run has been waiting for a person; undefined: it no longer waits. */
  async setWaiting(since: IsoTime | undefined): Promise<void> {
    await this.#inTurn(async () => {
      this.#holder = { ...this.#holder, waitingForPersonSince: since };
      if (!this.#isReleased && (await this.#isOurs())) await replaceLock(this.#path, this.#holder);
    });
  }

  /** Whether this run still holds the lock. Another machine may have taken it while this one slept. */
  async stillHeld(): Promise<boolean> {
    return !this.#isReleased && (await this.#inTurn(() => this.#isOurs()));
  }

  /** Rejects with KT220 when this run no longer holds the lock. */
  async requireHeld(): Promise<void> {
    if (await this.stillHeld()) return;
    const found = await readLockFile(this.#path);
    const holder = found?.holder ? describeHolder(found.holder, Date.now()) : lockTexts.ended;
    const what = storeErrorTexts.account(basename(dirname(this.#path)));
    throw appError(storeErrors.locked, { what, holder, state: storeErrorTexts.lockLost });
  }

  /** Never rejects; later calls do nothing. */
  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearInterval(this.#timer);
    await this.#inTurn(async () => {
      if (await this.#isOurs()) await unlink(this.#path);
    }).catch(() => undefined);
  }

  async #isOurs(): Promise<boolean> {
    return (await readLockFile(this.#path))?.holder?.id === this.#holder.id;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
