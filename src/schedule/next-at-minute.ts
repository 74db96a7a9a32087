/** The next time at which the local clock shows this minute of an hour. Epoch milliseconds. */
export function nextAtMinute(minute: number, now: number): number {
  const at = new Date(now);
  // Adds elapsed time, so that the hour that repeats when summer time ends counts twice, as cron counts it.
  const ahead = (minute - at.getMinutes() + 60) % 60 || 60;
  return Math.floor(now / 60_000) * 60_000 + ahead * 60_000;
}
