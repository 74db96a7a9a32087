import { politeTime, type QuietHours } from '../lib/quiet-hours.js';

const hourMs = 3_600_000;
/** After the first card, after the first reminder, and so on; the last one repeats. */
const gapsMs = [2 * hourMs, 6 * hourMs, 12 * hourMs, 24 * hourMs];
/** So long before the key dies one is due whatever the gaps say. */
const lastCallsMs = [24 * hourMs, 6 * hourMs, 2 * hourMs];
/** Two reminders never stand closer than this. */
const leastGapMs = hourMs;

export interface ReminderFacts {
  /** When the question was last shown. Epoch milliseconds, as all times here. */
  readonly shownAt: number;
  /** How often it was shown again; 0 after the first time. */
  readonly reminders: number;
  readonly keyExpiresAt?: number;
  readonly quiet?: QuietHours;
}

/** When a question that nobody answered is shown again: fewer and fewer, more as the key's end nears, not at night. */
export function nextReminderAt({ shownAt, reminders, keyExpiresAt, quiet }: ReminderFacts): number {
  const gap = gapsMs[Math.min(reminders, gapsMs.length - 1)] ?? 24 * hourMs;
  let at = shownAt + gap;
  for (const before of keyExpiresAt === undefined ? [] : lastCallsMs) {
    const call = (keyExpiresAt ?? 0) - before;
    if (call >= shownAt + leastGapMs && call < at) at = call;
  }
  return politeTime(at, quiet, keyExpiresAt);
}
