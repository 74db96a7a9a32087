import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { consoleTime, isTimeZone } from '../../../src/site/console-time.js';

for (const [value, zone, expected] of [
  ['2026-03-04 15:54', 'Asia/Shanghai', '2026-03-04T07:54:00.000Z'],
  ['2026-03-04 15:54:07', 'Asia/Shanghai', '2026-03-04T07:54:07.000Z'],
  ['2026/3/4 05:54', 'Asia/Shanghai', '2026-03-03T21:54:00.000Z'],
  ['有效期至：2026年3月4日 15:54', 'Asia/Shanghai', '2026-03-04T07:54:00.000Z'],
  ['2026-03-04', 'Asia/Shanghai', '2026-03-03T16:00:00.000Z'],
  ['2026-03-04T15:54:00Z', 'Asia/Shanghai', '2026-03-04T15:54:00.000Z'],
  ['2026-03-04T15:54:00.123+02:00', 'Asia/Shanghai', '2026-03-04T13:54:00.000Z'],
  ['2026-03-04 15:54 UTC', 'Asia/Shanghai', '2026-03-04T15:54:00.000Z'],
  [1772610840, 'Asia/Shanghai', '2026-03-04T07:54:00.000Z'],
  [1772610840000, 'Asia/Shanghai', '2026-03-04T07:54:00.000Z'],
  ['1772610840000', 'Asia/Shanghai', '2026-03-04T07:54:00.000Z'],
  // Summer and winter time, zones with odd offsets, and the two clock changes of a year.
  ['2026-07-01 12:00', 'Europe/Berlin', '2026-07-01T10:00:00.000Z'],
  ['2026-12-01 12:00', 'Europe/Berlin', '2026-12-01T11:00:00.000Z'],
  ['2026-03-29 01:59', 'Europe/Berlin', '2026-03-29T00:59:00.000Z'],
  ['2026-03-29 03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ['2026-10-25 02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  ['2026-11-01 00:30', 'America/New_York', '2026-11-01T04:30:00.000Z'],
  ['2026-03-04 15:54', 'Asia/Kathmandu', '2026-03-04T10:09:00.000Z'],
  ['2026-03-04 15:54', 'Pacific/Kiritimati', '2026-03-04T01:54:00.000Z'],
] as const) {
  test(`${JSON.stringify(value)} in ${zone} is ${expected}`, () => expect(consoleTime(value, zone)).toBe(expected));
}

test('a time in the hour that the clocks skip is not read too late', () => {
  expect(Date.parse(consoleTime('2026-03-29 02:30', 'Europe/Berlin') ?? '')).toBeLessThanOrEqual(
    Date.parse('2026-03-29T01:30:00Z'),
  );
});

for (const value of [
  '',
  '-',
  'never',
  '永久有效',
  '2026-13-04 10:00',
  '2026-02-30',
  '2026-03-04 25:00',
  '12:30',
  '20260304',
  5,
  NaN,
  null,
  undefined,
  {},
  '1999-01-01',
]) {
  test(`${Number.isNaN(value) ? 'NaN' : (JSON.stringify(value) ?? 'undefined')} is not a time`, () =>
    expect(consoleTime(value, 'Asia/Shanghai')).toBeUndefined());
}

test('the time that a zone shows for an instant is read back as that instant', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
      (zone, date) => {
        const instant = Math.floor(date.getTime() / 1000) * 1000;
        const shown = new Date(instant).toLocaleString('sv-SE', { timeZone: zone });
        const read = consoleTime(shown, zone);
        // In the hour that comes twice, the earlier instant counts.
        const difference = instant - Date.parse(read ?? '');
        expect([0, 1_800_000, 3_600_000]).toContain(difference);
        if (difference !== 0) {
          expect(new Date(Date.parse(read ?? '')).toLocaleString('sv-SE', { timeZone: zone })).toBe(shown);
        }
      },
    ),
  );
});

test('an unknown zone is not a time zone', () => {
  expect(isTimeZone('Asia/Shanghai')).toBe(true);
  expect(isTimeZone('Asia/Shanghigh')).toBe(false);
  expect(isTimeZone('')).toBe(false);
});
