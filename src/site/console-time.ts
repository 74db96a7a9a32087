import type { ShownExpiry } from '../core/ports.js';
import { shownZone, zonedToUtc } from './shown-zone.js';

const year = '(?<year>\\d{4})';
const day = '(?<day>\\d{1,2})(?:st|nd|rd|th)?';
const month =
  '(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const weekday = '\\(?(?:(?:星期|周)[一二三四五六日天]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\\)?';
const clock =
  `(?:(?:[\\s,T]|at\\b|${weekday})*(?<half>上午|下午|中午|凌晨|早上|晚上)?\\s?(?<hour>\\d{1,2})` +
  '(?:[:时點点]\\s?(?<minute>\\d{1,2})?(?:[:分]\\s?(?<second>\\d{1,2})?(?:[.,]\\d+)?秒?)?|(?=\\s?[ap]\\.?m\\b))' +
  '(?:\\s?(?<meridiem>[ap])\\.?m\\b\\.?)?)?';
const dateTimes = [
  `(?<!\\d)${year}\\s?[-/.年]\\s?(?<month>\\d{1,2})\\s?[-/.月]\\s?${day}(?!\\d)(?:\\s?日)?`,
  `\\b${month}\\s+${day},?\\s+${year}(?!\\d)`,
  `(?<!\\d)${day}[\\s-]+${month},?[\\s-]+${year}(?!\\d)`,
].map((date) => new RegExp(`${date}${clock}`, 'gi'));

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const isPartOfTime = /\d\s?[:时点]\s?\d|\d\s?[ap]\.?m\b|[上下]午|晚上|凌晨/i;
const isTimelike = /(?<!\d)20\d\d(?!\d)|\d:\d|\d\s*(?:day|hour|week|month|天|小时|周|个月)/i;
const saysNever =
  /^[-–—/\s]*$|^(?:n\/a|none|null|无)$|never|no expir|(?:not|n't) expire|unlimited|permanent|永久|永不|长期|不过期|不限|无限/i;

/** The first expiry among the places of a field. A place that holds a time which is not understood ends the search. */
export function firstExpiry(values: readonly unknown[], timeZone: string, now: number): ShownExpiry {
  let unreadExpiry: string | undefined;
  for (const value of values) {
    const found = consoleTime(value, timeZone, now);
    if (found.expiresAt !== undefined || isTimelike.test(found.unreadExpiry ?? '')) return found;
    unreadExpiry ??= found.unreadExpiry;
  }
  return { unreadExpiry };
}

/**
 * Accepts epoch seconds to nanoseconds, ISO 8601, RFC 1123, dates and times as people write them in English and
 * Chinese, and "in 7 days" counted from `now`, all inside a longer text. A time without a zone is in `timeZone`.
 * A date without a time means its first instant, and an unknown zone the earliest one, so that the key never seems to
 * live longer than it does. Several days, as in a range, are not understood: no rule can tell which is the end.
 */
export function consoleTime(value: unknown, timeZone: string, now: number): ShownExpiry {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  if (['null', 'false', '0', '-1'].includes(text)) return {};
  const plain = text
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\ufeff]/g, '')
    .replace(/[\u2212\ufe63](?=\d)/g, '-')
    .trim();
  if (/^\d+(\.\d+)?$/.test(plain)) return fromEpoch(Number(plain)) ?? { unreadExpiry: text };
  if (typeof value !== 'string') return { unreadExpiry: text };
  const found = dateTimes
    .flatMap((pattern) => [...plain.matchAll(pattern)])
    .map((match) => ({ match, wall: wallTime(match.groups ?? {}) }));
  const [first] = found;
  if (!first) return saysNever.test(plain) ? {} : (relativeTime(plain, now) ?? { unreadExpiry: text });
  const dayOf = (wall: number | undefined) => Math.floor((wall ?? NaN) / 86_400_000);
  const { match, wall } = first;
  if (wall === undefined || found.some((other) => dayOf(other.wall) !== dayOf(wall))) return { unreadExpiry: text };
  const after = plain.slice(match.index + match[0].length);
  const rest = `${plain.slice(0, match.index)} ${after}`;
  const hasTime = match.groups?.['hour'] !== undefined;
  const zone = shownZone({ after, rest, hasTime, timeZone });
  const instant = typeof zone === 'string' ? zonedToUtc(wall, zone) : wall - zone.offsetMs;
  const isUnclear = (typeof zone !== 'string' && zone.isUnclear) || (!hasTime && isPartOfTime.test(rest));
  return { expiresAt: new Date(instant).toISOString(), ...(isUnclear ? { unreadExpiry: text } : {}) };
}

/** The shown date and time as if it were UTC; undefined for one that no calendar has. */
function wallTime(parts: Readonly<Record<string, string | undefined>>): number | undefined {
  const number = (name: string) => Number(parts[name] ?? 0);
  const name = parts['month']?.slice(0, 3).toLowerCase() ?? '';
  const month = monthNames.includes(name) ? monthNames.indexOf(name) : number('month') - 1;
  const hour = hourOfDay(number('hour'), parts['meridiem']?.toLowerCase() ?? parts['half']);
  const date = new Date(Date.UTC(number('year'), month, number('day')));
  const isReal = date.getUTCMonth() === month && date.getUTCDate() === number('day') && number('year') >= 2000;
  const seconds = hour * 3600 + number('minute') * 60 + number('second');
  const isTime = hour <= 24 && number('minute') < 60 && number('second') < 60 && seconds <= 86_400;
  return isReal && isTime ? date.getTime() + seconds * 1000 : undefined;
}

function hourOfDay(hour: number, half: string | undefined): number {
  if (half === undefined || hour > 12) return hour;
  const isLate = { p: true, 下午: true, 晚上: hour > 4 && hour < 12, 中午: hour < 4 }[half] ?? false;
  if (isLate) return hour === 12 ? 12 : hour + 12;
  return hour === 12 && half !== '中午' ? 0 : hour;
}

/** Seconds, or a thousand times finer, up to nanoseconds; until the year 2099. */
function fromEpoch(value: number): ShownExpiry | undefined {
  const ms = [1000, 1, 1e-3, 1e-6].map((factor) => value * factor).find((each) => each >= 1e12 && each < 4.1e12);
  return ms === undefined ? undefined : { expiresAt: new Date(Math.round(ms)).toISOString() };
}

const hour = 3_600_000;
const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:y|年)/i, 365 * 24 * hour],
  [/^(?:mo|个月)/i, 28 * 24 * hour],
  [/^(?:w|周|星期)/i, 7 * 24 * hour],
  [/^(?:d|天|日)/i, 24 * hour],
  [/^(?:h|小时)/i, hour],
  [/^(?:m|分)/i, 60_000],
  [/^(?:s|秒)/i, 1000],
];
const span =
  /(?<![\d.])(\d+(?:\.\d+)?\s*个?\s*|\b(?:an?|one)\s+)(years?|y|months?|mo|weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|年|月|周|星期|天|日|小时|分钟?|秒)(?![a-z])/gi;

/** "in 7 days", "6d 3h left", "7 天后", "还剩 3 小时", "2 days ago". "7 days" alone may be a life, which has no end. */
function relativeTime(text: string, now: number): ShownExpiry | undefined {
  const isPast = /\bago\b|(?<![当目提])前|已过期/i.test(text);
  const isAhead = /\bin (?:about )?(?=\d|an?\b|one\b)|\bleft\b|remain|from now|后|剩|还有/i.test(text);
  const spans = [...text.matchAll(span)];
  if (spans.length === 0 || isPast === isAhead || /less than|under|不到|不足|[<>~]/i.test(text)) return undefined;
  const ms = spans.reduce((sum, [, amount = '', unit = '']) => {
    const [, unitMs = 0] = units.find(([pattern]) => pattern.test(unit)) ?? [/月/, 28 * 24 * hour];
    return sum + (Number(amount) || 1) * unitMs;
  }, 0);
  const at = new Date(now + (isPast ? -ms : ms));
  return Number.isNaN(at.getTime()) ? undefined : { expiresAt: at.toISOString(), isExpiryRelative: true };
}
