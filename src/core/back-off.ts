const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * How long a failed renewal rests, by how it ended and by how many failed in a row; the last number repeats.
 * What passes by itself is tried again soon; what a person has to mend, rarely: each try provokes the site once more.
 */
const rests: Readonly<Record<string, readonly number[]>> = {
  unreachable: [5 * minuteMs, 15 * minuteMs, 30 * minuteMs, hourMs, 2 * hourMs],
  unproved: [hourMs, 6 * hourMs, 24 * hourMs],
  // The question brings the person; this only counts where nobody can be asked.
  challenge: [4 * hourMs, 12 * hourMs],
  'signed-out': [4 * hourMs, 12 * hourMs],
  // The next run may find the key at the console, or the old one dead; after that a person has to look.
  'not-seen': [5 * minuteMs, 6 * hourMs, 24 * hourMs],
  drift: [6 * hourMs, 12 * hourMs, 24 * hourMs],
  refused: [24 * hourMs],
  gone: [24 * hourMs, 48 * hourMs, 7 * 24 * hourMs],
};
/** A missing browser, a full disk, a bug. */
const otherRests = [30 * minuteMs, hourMs, 2 * hourMs, 6 * hourMs];
/** With the end of the key this near, trouble that may pass is looked at more often, but never more often than this. */
const leastRestMs = 5 * minuteMs;

/**
 * @param failuresInARow 1 after the first failure
 * @param leftMs what is left of the key's life; undefined when it is not known, negative when it is dead
 */
export function backOffMs(outcome: string, failuresInARow: number, leftMs: number | undefined): number {
  const steps = rests[outcome] ?? otherRests;
  const rest = steps[Math.min(Math.max(1, failuresInARow), steps.length) - 1] ?? hourMs;
  const mayPass = outcome === 'unreachable' || outcome === 'failed';
  if (!mayPass || leftMs === undefined || leftMs <= 0) return rest;
  return Math.min(rest, Math.max(leastRestMs, leftMs / 4));
}
