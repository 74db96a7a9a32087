import type { KeyFacts } from './key-record.js';
import type { Attempt, IsoTime } from './outcome.js';
import type { ConsoleReading } from './ports.js';

/** The result of a request that only keeps the session alive. */
export type SessionVerdict = 'alive' | 'signed-out' | 'unclear' | 'unreachable';

/** How long to wait after a request without an answer. */
const unreachableRetryMs = 3_600_000;
/** A check further in the future than this was scheduled by a wrong clock. */
const maxAheadMs = 31 * 24 * 3_600_000;

/** When to check a session, in epoch milliseconds. That of a dead one is due at once: its owner may have answered. */
export function sessionCheckAt(
  method: string | undefined,
  check: { readonly outcome: string; readonly nextAt: IsoTime } | undefined,
  now: number,
): number {
  // Only a browser could keep this session alive, and keyturn starts no browser for that.
  if (method === 'browser') return Infinity;
  const nextAt = check?.outcome === 'signed-out' ? now : Date.parse(check?.nextAt ?? '');
  return nextAt - now <= maxAheadMs ? nextAt : now;
}

/**
 * `signed-out` counts only if HTTP reads are known to work for the account: some sites accept only requests from their
 * own page, and answer a replayed request as if nobody were signed in.
 */
export function judgeSession(read: Attempt<ConsoleReading>, isHttpTrusted: boolean): SessionVerdict {
  if (read.ok) return 'alive';
  if (read.failure.kind === 'unreachable' || read.failure.kind === 'misconfigured') return 'unreachable';
  return read.failure.kind === 'signed-out' && isHttpTrusted ? 'signed-out' : 'unclear';
}

/** Whether HTTP reads have worked for this account, or are its only method. */
export function trustsHttp(method: string, record: KeyFacts, aliveAt: string | undefined): boolean {
  return method === 'http' || record.current?.obtainedBy === 'http' || aliveAt !== undefined;
}

export function nextCheckAt(verdict: SessionVerdict, now: number, keepAliveMs: number): number {
  return now + (verdict === 'unreachable' ? Math.min(unreachableRetryMs, keepAliveMs) : keepAliveMs);
}
