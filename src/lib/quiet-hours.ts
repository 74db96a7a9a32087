/** A daily period in local time, in minutes since midnight. When `from` is later than `to`, it spans midnight. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Parses `23:00-08:00`. Undefined for any other text and for an empty period. */
export function parseQuietHours(text: string): QuietHours | undefined {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (!match) return undefined;
  const [fromMinute, toMinute] = [minuteOf(match[1], match[2]), minuteOf(match[3], match[4])];
  return fromMinute === toMinute ? undefined : { fromMinute, toMinute };
}

/** When the quiet hours around this time end, in epoch milliseconds; undefined outside quiet hours. */
export function quietUntil(at: number, quiet: QuietHours | undefined): number | undefined {
  if (!quiet) return undefined;
  const { fromMinute, toMinute } = quiet;
  const date = new Date(at);
  const minute = date.getHours() * 60 + date.getMinutes();
  const overMidnight = fromMinute > toMinute;
  const isQuiet = overMidnight ? minute >= fromMinute || minute < toMinute : minute >= fromMinute && minute < toMinute;
  if (!isQuiet) return undefined;
  const day = date.getDate() + (overMidnight && minute >= fromMinute ? 1 : 0);
  // Uses the calendar instead of adding hours, so that a change to summer time does not move the end.
  return new Date(date.getFullYear(), date.getMonth(), day, Math.floor(toMinute / 60), toMinute % 60).getTime();
}

/** The end of the quiet hours around `at`; `at` itself outside them, or when the key expires before they end. */
export function nextAllowedTime(at: number, quiet: QuietHours | undefined, keyExpiresAt: number | undefined): number {
  const until = quietUntil(at, quiet);
  if (until === undefined) return at;
  const diesBefore = keyExpiresAt !== undefined && keyExpiresAt > at && keyExpiresAt <= until;
  return diesBefore ? at : until;
}

const minuteOf = (hours = '0', minutes = '0') => Number(hours) * 60 + Number(minutes);
