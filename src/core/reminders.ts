import { nextAllowedTime, type QuietHours } from '../lib/quiet-hours.js';

const hourMs = 3_600_000;
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
  const gap = gapsMs[Math.min(reminders, gapsMs.length - 1)] ?? 24 * hourMs;
  let at = shownAt + gap;
  for (const before of keyExpiresAt === undefined ? [] : lastCallsMs) {
    const call = (keyExpiresAt ?? 0) - before;
    if (call >= shownAt + minGapMs && call < at) at = call;
  }
  return nextAllowedTime(at, quiet, keyExpiresAt);
}
