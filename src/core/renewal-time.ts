import { politeTime, type QuietHours } from '../lib/quiet-hours.js';

/** Of what is left of the key's life at most this part is waited away. */
const jitterShare = 1 / 20;
/** A key that was due already when it was first seen was late before: it waits no longer than this. */
const lateJitterMs = 20_000;
/** A renewal is put off to the morning only when the key lives this long beyond it. */
const marginMs = 12 * 3_600_000;

export interface RenewalFacts {
  /** Epoch milliseconds, as all times here; undefined when it is due whatever the time: no key, expiry unknown. */
  readonly dueAt?: number;
  readonly expiresAt?: number;
  /** When this key was first looked at. */
  readonly firstSeenAt: number;
  /** From 0 to 1, drawn once for this key. */
  readonly luck: number;
  /** The setting `watch.jitter`. */
  readonly jitterMs: number;
  readonly quiet?: QuietHours;
}

/**
 * When a key is renewed: a random while after it falls due, so that the world's keys are not renewed on the minute, and by
 * day, since a renewal may end in a question or a message. A key that is dead, missing or unknown waits for nothing.
 */
export function renewalAt({ dueAt, expiresAt, firstSeenAt, luck, jitterMs, quiet }: RenewalFacts): number {
  if (dueAt === undefined || (expiresAt !== undefined && expiresAt <= firstSeenAt)) return firstSeenAt;
  const endsAt = expiresAt ?? Infinity;
  const from = Math.max(dueAt, firstSeenAt);
  const most = dueAt < firstSeenAt ? Math.min(jitterMs, lateJitterMs) : jitterMs;
  const at = from + luck * Math.max(0, Math.min(most, (endsAt - from) * jitterShare));
  const polite = politeTime(at, quiet, expiresAt);
  if (polite === at || endsAt - polite < marginMs) return at;
  return polite + luck * jitterMs;
}
