import type { KeyRecord } from './key-record.js';
import type { Attempt } from './outcome.js';
import type { ConsoleReading } from './ports.js';

/** What became of a read that only keeps the session alive. */
export type SessionVerdict = 'alive' | 'signed-out' | 'unclear' | 'unreachable';

/** After a read that nobody answered. */
const unreachableRestMs = 3_600_000;
/** A time further ahead was written by a clock that was wrong. */
const longestRestMs = 31 * 24 * 3_600_000;

/** Whether the time has come to look at the session again. Epoch milliseconds. */
export function isLookDue(nextAt: number | undefined, now: number): boolean {
  return nextAt === undefined || Number.isNaN(nextAt) || now >= nextAt || nextAt - now > longestRestMs;
}

/**
 * What a read over HTTP says of the session. "Signed out" counts only where such reads are known to work for the account:
 * a site that takes its own page's requests alone, or keeps the sign-in elsewhere, answers a replayed one like a stranger's.
 */
export function judgeSession(read: Attempt<ConsoleReading>, isHttpTrusted: boolean): SessionVerdict {
  if (read.ok) return 'alive';
  if (read.failure.kind === 'unreachable') return 'unreachable';
  return read.failure.kind === 'signed-out' && isHttpTrusted ? 'signed-out' : 'unclear';
}

/** Whether reads over HTTP have worked for this account, or are all there is. */
export function trustsHttp(method: string, record: KeyRecord, aliveAt: string | undefined): boolean {
  return method === 'http' || record.current?.obtainedBy === 'http' || aliveAt !== undefined;
}

/** When to look again after that verdict. */
export function nextLookAt(verdict: SessionVerdict, now: number, keepAliveMs: number): number {
  return now + (verdict === 'unreachable' ? Math.min(unreachableRestMs, keepAliveMs) : keepAliveMs);
}
