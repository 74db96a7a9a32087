/** The next time at which the local clock shows this minute of an hour. Epoch milliseconds. */
export function nextAtMinute(minute: number, now: number): number {
  const at = new Date(now);
  // By real hours, so that the hour that a change to winter time repeats counts twice, as cron counts it.
  const ahead = (minute - at.getMinutes() + 60) % 60 || 60;
  return Math.floor(now / 60_000) * 60_000 + ahead * 60_000;
}
