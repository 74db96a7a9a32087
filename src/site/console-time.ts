import type { IsoTime } from '../core/outcome.js';

export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return /[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

const dateTime =
  /(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s,]*(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(?:[.,]\d+)?)?\s*(Z\b|UTC|GMT|[+-]\d{2}:?\d{2}(?!\d))?)?/;

/**
 * Accepts epoch seconds and milliseconds, ISO 8601, and `YYYY-MM-DD[ HH:mm[:ss]]` (also with / . 年月日) inside a longer
 * text. A time without a zone is in `timeZone`. A date without a time means its first instant, so that the key never
 * seems to live longer than it does. Undefined for several days, as in a range: no rule can tell which is the end.
 */
export function consoleTime(value: unknown, timeZone: string): IsoTime | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return undefined;
  const compact = value.trim();
  if (/^\d{10}(\d{3})?(\.\d+)?$/.test(compact)) return fromEpoch(Number(compact));
  const [found, ...others] = compact.matchAll(new RegExp(dateTime, 'g'));
  if (!found || others.some((other) => dayOf(other) !== dayOf(found))) return undefined;
  const parts = found.slice(1, 7).map((part) => Number(part ?? 0));
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const check = new Date(wall);
  const isReal =
    check.getUTCMonth() === month - 1 && check.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal || year < 2000) return undefined;
  const zone = found[7];
  return new Date(zone === undefined ? zonedToUtc(wall, timeZone) : wall - offsetOf(zone)).toISOString();
}

const dayOf = (match: RegExpExecArray) => match.slice(1, 4).map(Number).join('-');

function fromEpoch(value: number): IsoTime | undefined {
  const ms = value >= 1e12 ? value : value * 1000;
  return value >= 1e9 && ms < 4.1e12 ? new Date(Math.round(ms)).toISOString() : undefined;
}

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** Around a clock change, the earlier of two instants counts, or the one at which clocks show one hour less. */
function zonedToUtc(wall: number, timeZone: string): number {
  const day = 86_400_000;
  const offsets = new Set([wall - day, wall, wall + day].map((instant) => zoneOffset(instant, timeZone)));
  const candidates = [...offsets].map((offset) => wall - offset).sort((a, b) => a - b);
  return candidates.find((instant) => instant + zoneOffset(instant, timeZone) === wall) ?? candidates[0]!;
}

/** By time zone: making one takes longer than everything else in reading a time. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds, positive to the east. */
function zoneOffset(instant: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (!clock) clocks.set(timeZone, (clock = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })));
  const parts = clock.formatToParts(instant);
  return offsetOf(parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') ?? '');
}
