import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { consoleTime, firstExpiry } from '../../../src/site/console-time.js';
import { isTimeZone } from '../../../src/site/shown-zone.js';

const now = Date.parse('2026-11-24T10:00:00Z');
const read = (value: unknown, zone: string) => consoleTime(value, zone, now);

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
  test(`${JSON.stringify(value)} in ${zone} is ${expected}`, () =>
    expect(read(value, zone)).toEqual({ expiresAt: expected }));
}

// The zone of the profile is America/New_York; none of these times is in it.
for (const text of [
  '2026-12-01 20:00 GMT+8',
  '2026-12-01 20:00 UTC+8',
  '2026-12-01 20:00 (UTC+08:00)',
  '2026-12-01 20:00:00 GMT+0800 (China Standard Time)',
  'Tue Dec 01 2026 20:00:00 GMT+0800 (中国标准时间)',
  '2026-12-01T20:00:00+08:00[Asia/Shanghai]',
  '2026-12-01 20:00 +08',
  '2026-12-01 07:00 UTC−5',
  '2026-12-01 17:30 UTC+5:30',
  '2026-12-01 20:00 Asia/Shanghai',
  '2026-12-01 20:00 Etc/GMT-8',
  '2026-12-01 20:00 北京时间',
  '北京时间 2026年12月1日 星期二 下午8:00',
  '2026年12月1日20时00分 (GMT+8)',
  '有效期至 2026 年 12 月 1 日 晚上8点（UTC+8）',
  '2026-12-01 20:00 CST',
  'Tue, 01 Dec 2026 12:00:00 GMT',
  'Dec 1, 2026, 12:00 PM UTC',
  'Dec 1, 2026 8:00\u202fPM GMT+8',
  'December 1st, 2026 at 8 p.m. (GMT+8)',
  '1 December 2026 12:00 UTC',
  '1-Dec-2026 12:00:00 Z',
  'Expires: 2026-12-01T12:00:00.000000Z',
  '1796126400000000',
  1796126400000000000,
  'in 7 days and 2 hours',
  'Expires in 7d 2h',
  '7 天 2 小时后过期',
  '还剩 170 小时',
]) {
  test(`${JSON.stringify(text)} is noon UTC`, () => {
    const { expiresAt, unreadExpiry } = read(text, 'America/New_York');
    expect([expiresAt, unreadExpiry]).toEqual(['2026-12-01T12:00:00.000Z', undefined]);
  });
}

for (const [text, expected] of [
  ['Dec 4, 2026', '2026-12-03T16:00:00.000Z'],
  ['Expires on Fri, Dec 4 2026', '2026-12-03T16:00:00.000Z'],
  ['2026年12月1日', '2026-11-30T16:00:00.000Z'],
  ['2026-12-01 12:30 AM', '2026-11-30T16:30:00.000Z'],
  ['2026-12-01 24:00', '2026-12-01T16:00:00.000Z'],
  ['3 天前过期', '2026-11-21T10:00:00.000Z'],
  ['expired 2 weeks ago', '2026-11-10T10:00:00.000Z'],
] as const) {
  test(`${text} in Shanghai is ${expected}`, () =>
    expect(read(text, 'Asia/Shanghai')).toMatchObject({ expiresAt: expected }));
}

for (const [text, latest] of [
  ['2026-12-01 20:00 QQT', '2026-12-01T06:00:00.000Z'],
  ['2026-12-01 20:00 Pacific Time', '2026-12-01T06:00:00.000Z'],
  ['2026-12-01 20:00 当地时间', '2026-12-01T06:00:00.000Z'],
  ['8:00 PM on Dec 1, 2026', '2026-12-01T00:00:00.000Z'],
  ['2026-12-01 -- 20:00', '2026-12-01T00:00:00.000Z'],
] as const) {
  test(`${text} is read as early as it may be, and reported`, () =>
    expect(read(text, 'UTC')).toEqual({ expiresAt: latest, unreadExpiry: text }));
}

test('a zone may be named by its own abbreviation', () => {
  expect(read('2026-12-01 07:00 EST', 'America/New_York')).toEqual({ expiresAt: '2026-12-01T12:00:00.000Z' });
});

test('a time that is not understood is not replaced by a later place', () => {
  const first = (...values: unknown[]) => firstExpiry(values, 'UTC', now).expiresAt;
  expect(first('2026-11-25 ~ 2026-12-01', '2026-12-24')).toBeUndefined();
  expect(first(null, 'Expires', '2026-12-24')).toBe('2026-12-24T00:00:00.000Z');
});

test('a time in the hour that the clocks skip is not read too late', () => {
  expect(Date.parse(read('2026-03-29 02:30', 'Europe/Berlin').expiresAt ?? '')).toBeLessThanOrEqual(
    Date.parse('2026-03-29T01:30:00Z'),
  );
});

for (const value of ['', '-', 'never', 'No expiry', '永久有效', 'N/A', 0, -1, '0', null, undefined]) {
  test(`${JSON.stringify(value) ?? 'undefined'} says that there is none`, () =>
    expect(read(value, 'Asia/Shanghai')).toEqual({}));
}

for (const value of [
  '2026-13-04 10:00',
  '2026-02-30',
  '2026-03-04 25:00',
  '12:30',
  '20260304',
  5,
  604800,
  { seconds: 1 },
  '1999-01-01',
  'tomorrow',
  '7 days',
  'valid for 7 days',
  'in less than a day',
  '12/01/2026',
  '2026-12-01 10:00 ~ 2026-12-08 10:00',
]) {
  test(`${JSON.stringify(value)} is not understood`, () =>
    expect(read(value, 'Asia/Shanghai')).toEqual({
      unreadExpiry: typeof value === 'string' ? value : JSON.stringify(value),
    }));
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
        const found = read(shown, zone).expiresAt ?? '';
        // In the hour that comes twice, the earlier instant counts.
        const difference = instant - Date.parse(found);
        expect([0, 1_800_000, 3_600_000]).toContain(difference);
        if (difference !== 0) {
          expect(new Date(Date.parse(found)).toLocaleString('sv-SE', { timeZone: zone })).toBe(shown);
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
