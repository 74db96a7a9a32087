const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

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
  const delayMs = steps[Math.min(Math.max(1, failuresInARow), steps.length) - 1] ?? hourMs;
  const mayPass = outcome === 'unreachable' || outcome === 'failed';
  if (!mayPass || leftMs === undefined || leftMs <= 0) return delayMs;
  return Math.min(delayMs, Math.max(minIntervalMs, leftMs / 4));
}
