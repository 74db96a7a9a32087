import { nextAllowedTime, type QuietHours } from '../lib/quiet-hours.js';

/** The random delay is at most this share of the key's remaining life. */
const jitterShare = 1 / 20;
/** The longest random delay for a key that was already due when it was first seen, because it is late already. */
const lateJitterMs = 20_000;
/** A renewal moves to the morning only if the key then has at least this much life left. */
const marginMs = 12 * 3_600_000;

export interface RenewalFacts {
  /** Undefined if there is no key or its expiry is unknown, so it is due at any time. Times are epoch milliseconds. */
  readonly dueAt?: number;
  readonly expiresAt?: number;
  readonly firstSeenAt: number;
  /** From 0 to 1, drawn once per key. */
  readonly jitterFraction: number;
  readonly jitterMs: number;
  readonly quiet?: QuietHours;
}

/**
 * The random delay keeps keys everywhere from being renewed at the same minute. Quiet hours are left out, because a
 * renewal may end in a question or a message. A key that is expired, missing or unknown is renewed at once.
 */
export function renewalAt({ dueAt, expiresAt, firstSeenAt, jitterFraction, jitterMs, quiet }: RenewalFacts): number {
  if (dueAt === undefined || (expiresAt !== undefined && expiresAt <= firstSeenAt)) return firstSeenAt;
  const endsAt = expiresAt ?? Infinity;
  const from = Math.max(dueAt, firstSeenAt);
  const most = dueAt < firstSeenAt ? Math.min(jitterMs, lateJitterMs) : jitterMs;
  const at = from + jitterFraction * Math.max(0, Math.min(most, (endsAt - from) * jitterShare));
  const allowedFrom = nextAllowedTime(at, quiet, expiresAt);
  if (allowedFrom === at || endsAt - allowedFrom < marginMs) return at;
  return allowedFrom + jitterFraction * jitterMs;
}
