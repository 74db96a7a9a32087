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

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The time to the first reminder, to the second, and so on. The last value repeats. */
const gapsMs = [2 * hourMs, 6 * hourMs, 12 * hourMs, 24 * hourMs];
/** This long before the key expires a reminder is sent, whatever the gaps say. */
const lastCallsMs = [24 * hourMs, 6 * hourMs, 2 * hourMs];
/** The shortest time between two reminders. */
const minGapMs = hourMs;

export interface ReminderFacts {
  /** When the question was last shown. All times here are epoch milliseconds. */
  readonly shownAt: number;
  /** How often the question was shown again; 0 after the first time. */
  readonly reminders: number;
  readonly keyExpiresAt?: number;
  readonly quiet?: QuietHours;
}

/** The gaps grow with each reminder, shrink close to the key's expiry, and leave out the quiet hours. */
export function nextReminderAt({ shownAt, reminders, keyExpiresAt, quiet }: ReminderFacts): number {
  const gap = gapsMs[reminders] ?? 24 * hourMs;
  let at = shownAt + gap;
  for (const before of keyExpiresAt === undefined ? [] : lastCallsMs) {
    const call = (keyExpiresAt ?? 0) - before;
    if (call >= shownAt + minGapMs && call < at) at = call;
  }
  return nextAllowedTime(at, quiet, keyExpiresAt);
}

/**
 * By outcome and by failures in a row; the last value repeats. Failures that a person must fix are retried rarely,
 * because every attempt provokes the site again.
 */
const delaysMs: Readonly<Record<string, readonly number[]>> = {
  unreachable: [5 * minuteMs, 15 * minuteMs, 30 * minuteMs, hourMs, 2 * hourMs],
  unproved: [hourMs, 6 * hourMs, 24 * hourMs],
  // The question brings the person. This value only matters if nobody can be asked.
  challenge: [4 * hourMs, 12 * hourMs],
  'signed-out': [4 * hourMs, 12 * hourMs],
  // The next run may find the new key at the console, or find the old key dead. After that a person has to look.
  'not-seen': [5 * minuteMs, 6 * hourMs, 24 * hourMs],
  drift: [6 * hourMs, 12 * hourMs, 24 * hourMs],
  misconfigured: [hourMs, 6 * hourMs, 24 * hourMs],
  refused: [24 * hourMs],
  gone: [24 * hourMs, 48 * hourMs, 7 * 24 * hourMs],
};
/** For any other outcome: a missing browser, a full disk, a bug. */
const otherDelaysMs = [30 * minuteMs, hourMs, 2 * hourMs, 6 * hourMs];
/** Close to the key's expiry a temporary failure is retried sooner, but never sooner than this. */
const minIntervalMs = 5 * minuteMs;

/**
 * @param failuresInARow 1 after the first failure
 * @param leftMs the key's remaining life; undefined if unknown, negative if the key has expired
 */
export function backOffMs(outcome: string, failuresInARow: number, leftMs: number | undefined): number {
  const steps = delaysMs[outcome] ?? otherDelaysMs;
  const delayMs = steps[failuresInARow - 1] ?? steps.at(-1) ?? hourMs;
  const mayPass = outcome === 'unreachable' || outcome === 'failed';
  if (!mayPass || leftMs === undefined || leftMs <= 0) return delayMs;
  return Math.min(delayMs, Math.max(minIntervalMs, leftMs / 4));
}
