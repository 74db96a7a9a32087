import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { AppError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';
import type { IsoTime } from '../core/outcome.js';
import type { AccountPaths } from './home.js';
import { acquireLock, type AccountLock } from './lock.js';
import { appendPrivateLine, readPrivateBytes } from '../lib/private-files.js';
import { isPlainObject } from './validate.js';

/** One event in an account's history. The details contain no secrets. */
export interface HistoryEvent {
  readonly at: IsoTime;
  readonly runId: string;
  readonly event: string;
  readonly [detail: string]: unknown;
}

export type HistoryCheck =
  /** `torn`: lines that a kill truncated; reading skips them. */
  | { readonly ok: true; readonly lines: number; readonly torn: number }
  | { readonly ok: false; readonly line: number; readonly problem: string };

const noLineBefore = '0'.repeat(64);
const tailBytes = 64 * 1024;

/**
 * Appends one event. `prev` holds the SHA-256 of the line before it. The event is on disk when this resolves.
 * Rejects when the write fails; a renewal goes on without the event.
 */
export async function appendHistory(paths: AccountPaths, event: HistoryEvent): Promise<void> {
  const guard = await guardOf(paths, event.runId);
  try {
    const last = (await lastLines(paths, 1)).at(-1);
    const prev = last === undefined ? noLineBefore : sha256(last);
    await appendPrivateLine(paths.history, JSON.stringify({ ...event, prev }));
  } finally {
    await guard?.release();
  }
}

/** The newest `limit` events, oldest first. Skips torn lines. */
export async function readHistory(paths: AccountPaths, limit = 100): Promise<HistoryEvent[]> {
  const events = (await lastLines(paths, limit)).map(parseEvent).filter((event) => event !== undefined);
  return limit > 0 ? events.slice(-limit) : [];
}

/** Checks every line's `prev` against the line before it. Cannot detect lines that were removed at the end. */
export async function verifyHistory(paths: AccountPaths): Promise<HistoryCheck> {
  const lines = linesOf(await readPrivateBytes(paths.history, { maxBytes: Infinity }));
  let before: Buffer | undefined;
  let torn = 0;
  for (const [index, line] of lines.entries()) {
    const event = parseEvent(line);
    const prev = before === undefined ? noLineBefore : sha256(before);
    if (!event) torn++;
    else if (event['prev'] !== prev) {
      const problem =
        before === undefined ? 'the lines before it were removed' : 'the line before it was changed, added or removed';
      return { ok: false, line: index + 1, problem };
    }
    before = line;
  }
  return { ok: true, lines: lines.length - torn, torn };
}

/** At least `count` complete lines, or all of them. The first may be part of an earlier line. */
async function lastLines(paths: AccountPaths, count: number): Promise<Buffer[]> {
  for (let lastBytes = tailBytes; ; lastBytes *= 8) {
    const bytes = await readPrivateBytes(paths.history, { lastBytes });
    const lines = linesOf(bytes);
    if (lines.length > count || (bytes?.length ?? 0) < lastBytes) return lines;
  }
}

/** Prevents two writers from forking the chain. If the guard is taken, the event is written without it. */
async function guardOf(paths: AccountPaths, runId: string): Promise<AccountLock | undefined> {
  try {
    const path = join(dirname(paths.history), 'history.lock');
    return await acquireLock(path, { command: 'keyturn history', runId, waitMs: 2000, pollMs: 5 });
  } catch (error) {
    if (error instanceof AppError && error.code === storeErrors.locked.code) return undefined;
    throw error;
  }
}

function linesOf(bytes: Buffer | undefined): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; bytes && start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    lines.push(bytes.subarray(start, end < 0 ? bytes.length : end));
    start = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

function parseEvent(line: Buffer): HistoryEvent | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    const isEvent =
      isPlainObject(value) && ['at', 'runId', 'event', 'prev'].every((key) => typeof value[key] === 'string');
    return isEvent ? (value as HistoryEvent) : undefined;
  } catch {
    return undefined;
  }
}

function sha256(line: Buffer): string {
  return createHash('sha256').update(line).digest('hex');
}
