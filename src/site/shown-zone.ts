const minute = 60_000;
/** Where a day begins first: an unknown zone is read as this one. */
const earliest = { offsetMs: 14 * 60 * minute, isUnclear: true } as const;

/** Minutes east. Of several zones that share a name, the one whose clocks are ahead. */
const named: readonly (readonly [RegExp, number])[] = [
  [
    /(?:北京|中国标准|香港|新加坡|台北)时间|\b(?:Beijing|China (?:Standard )?|Hong Kong|Singapore) ?Time\b|\b(?:CST|HKT|SGT)\b/,
    480,
  ],
  [/(?:东京|日本|首尔)时间|\b(?:JST|KST)\b/, 540],
  [/(?:世界|协调|格林)\S*时间?|\b(?:UTC|GMT|UT)\b/, 0],
];

/**
 * The zone that the text around a time names: an IANA zone or an offset; the console's own where it names none. A name
 * that nothing here knows is unclear.
 *
 * @param shown `after` follows the time, `rest` is all of the text but the time
 */
export function shownZone(shown: {
  readonly after: string;
  readonly rest: string;
  readonly hasTime: boolean;
  readonly timeZone: string;
}): string | { readonly offsetMs: number; readonly isUnclear: boolean } {
  const { after, rest, hasTime, timeZone } = shown;
  const at = (offsetMs: number) =>
    Math.abs(offsetMs) <= earliest.offsetMs ? { offsetMs, isUnclear: false } : earliest;
  if (hasTime && /^\s*Z\b/.test(after)) return at(0);
  const bare = hasTime ? /^\s*\(?([+-]\d{1,2}(?::?\d{2})?)(?!\d)/.exec(after) : null;
  if (bare?.[1] !== undefined) return at(offsetOf(bare[1]));
  const [iana] = /\b(?:Etc\/GMT[+-]\d{1,2}|[A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z_-]+)+)/.exec(rest) ?? [];
  if (iana !== undefined && isTimeZone(iana)) return iana;
  const offset = /(?:UTC|GMT|UT)\s?([+-])\s?(\d{1,2}(?::?\d{2})?)(?!\d)/i.exec(rest);
  if (offset) return at(offsetOf(`${offset[1]}${offset[2]}`));
  const [, word] = /^\s*\(?([A-Z]{2,5}|(?:[A-Z][a-z]+ )+Time)\b/.exec(after) ?? [];
  if (word !== undefined && word !== 'GMT' && abbreviations(timeZone).includes(word)) return timeZone;
  const known = named.find(([pattern]) => pattern.test(rest));
  if (known) return at(known[1] * minute);
  return word === undefined && !/(?:[美欧][东西洲]|太平洋|[纽伦]\S|当地|本地)时间/.test(rest) ? timeZone : earliest;
}

export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return /[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

/** Milliseconds, positive to the east, of `+08:00`, `+0800` and `+8`; 0 for anything else. */
function offsetOf(zone: string): number {
  const [, sign, hours, minutes = 0] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minute;
}

/** Around a clock change, the earlier of two instants counts, or the one at which clocks show one hour less. */
export function zonedToUtc(wall: number, timeZone: string): number {
  const day = 86_400_000;
  const offsets = new Set([wall - day, wall, wall + day].map((instant) => zoneOffset(instant, timeZone)));
  const candidates = [...offsets].map((offset) => wall - offset).sort((a, b) => a - b);
  return candidates.find((instant) => instant + zoneOffset(instant, timeZone) === wall) ?? candidates[0]!;
}

/** By time zone: making one takes longer than everything else in reading a time. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function zoneOffset(instant: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (!clock) clocks.set(timeZone, (clock = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })));
  const parts = clock.formatToParts(instant);
  return offsetOf(parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') ?? '');
}

/** What clocks of the zone call it, in winter and in summer: `EST`, `EDT`. */
function abbreviations(timeZone: string): readonly string[] {
  const name = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
  const inMonth = (month: number) =>
    name.formatToParts(Date.UTC(2026, month, 1)).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return [inMonth(0), inMonth(6)];
}
