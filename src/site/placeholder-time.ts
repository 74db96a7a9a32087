import { parseDuration } from '../lib/duration.js';

const word = /^(?:(today)|now(?:\+(\w+))?(?::(.+))?)$/;
const marks = /YYYY|MMMM|MMM|MM|M|DD|D|HH|mm|ss/g;

/** A time that a profile names, such as `today`, `now+7d` or `now+7d:YYYY-MM-DD`; undefined for any other word. */
export function timeOf(text: string): { readonly afterMs: number; readonly format?: string } | undefined {
  const [, isToday, after = '0s', format] = word.exec(text) ?? [undefined];
  if (isToday !== undefined) return { afterMs: 0, format: 'YYYY-MM-DD' };
  const afterMs = word.test(text) ? parseDuration(after) : undefined;
  const isShown = format === undefined || format === 'X' || format === 'x' || format.search(marks) >= 0;
  return afterMs === undefined || !isShown ? undefined : { afterMs, format };
}

/** Without a format ISO 8601 in UTC; `X` is the seconds since 1970, `x` the milliseconds. */
export function showTime(at: number, format: string | undefined, timeZone: string): string {
  if (format === undefined) return new Date(at).toISOString().replace(/\.\d+/, '');
  if (format === 'X') return String(Math.floor(at / 1000));
  if (format === 'x') return String(at);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...options }).format(at);
  const shown: Readonly<Record<string, () => string>> = {
    YYYY: () => part({ year: 'numeric' }),
    MMMM: () => part({ month: 'long' }),
    MMM: () => part({ month: 'short' }),
    MM: () => part({ month: '2-digit' }),
    M: () => part({ month: 'numeric' }),
    DD: () => part({ day: '2-digit' }),
    D: () => part({ day: 'numeric' }),
    HH: () => part({ hour: '2-digit' }),
    mm: () => part({ minute: '2-digit' }).padStart(2, '0'),
    ss: () => part({ second: '2-digit' }).padStart(2, '0'),
  };
  return format.replace(marks, (mark) => shown[mark]!());
}
