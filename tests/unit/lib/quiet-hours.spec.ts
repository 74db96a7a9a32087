import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { parseQuietHours, nextAllowedTime, quietUntil } from '../../../src/lib/quiet-hours.js';

const night = parseQuietHours('23:00-08:00');
const local = (day: number, hour: number, minute = 0) => new Date(2026, 2, day, hour, minute).getTime();

test('quiet hours are a period of the day or off, and nothing else', () => {
  expect(parseQuietHours('23:00-08:00')).toEqual({ fromMinute: 1380, toMinute: 480 });
  expect(parseQuietHours('7:30-09:15')).toEqual({ fromMinute: 450, toMinute: 555 });
  expect(parseQuietHours('off')).toBeUndefined();
  for (const text of ['', '23-8', '24:00-08:00', '23:00-08:60', '08:00-08:00', 'on', '23:00 - 08:00'])
    expect(parseQuietHours(text), text).toBeUndefined();
});

test('quiet hours can span midnight', () => {
  expect(quietUntil(local(4, 22, 59), night)).toBeUndefined();
  expect(quietUntil(local(4, 23), night)).toBe(local(5, 8));
  expect(quietUntil(local(5, 0, 30), night)).toBe(local(5, 8));
  expect(quietUntil(local(5, 7, 59), night)).toBe(local(5, 8));
  expect(quietUntil(local(5, 8), night)).toBeUndefined();
  expect(quietUntil(local(31, 23, 30), night)).toBe(new Date(2026, 3, 1, 8).getTime());
});

test('quiet hours at noon end on the same day', () => {
  const noon = parseQuietHours('12:00-13:30');
  expect(quietUntil(local(4, 12, 1), noon)).toBe(local(4, 13, 30));
  expect(quietUntil(local(4, 11, 59), noon)).toBeUndefined();
  expect(quietUntil(local(4, 13, 30), noon)).toBeUndefined();
});

test('only a key that expires during the quiet hours interrupts them', () => {
  const at = local(4, 23, 30);
  expect(nextAllowedTime(at, night, undefined)).toBe(local(5, 8));
  expect(nextAllowedTime(at, night, local(5, 9))).toBe(local(5, 8));
  expect(nextAllowedTime(at, night, local(5, 8))).toBe(at);
  expect(nextAllowedTime(at, night, local(5, 3))).toBe(at);
  // The key has expired already: nothing is lost by waiting for the morning.
  expect(nextAllowedTime(at, night, local(4, 20))).toBe(local(5, 8));
  expect(nextAllowedTime(at, undefined, undefined)).toBe(at);
});

test('quiet hours end within 25 hours, at a time that is not quiet', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: local(1, 0), max: local(28, 0) + 200 * 86_400_000 }),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 0, max: 1439 }),
      (at, fromMinute, toMinute) => {
        fc.pre(fromMinute !== toMinute);
        const quiet = { fromMinute, toMinute };
        const until = quietUntil(at, quiet);
        if (until === undefined) return;
        expect(until).toBeGreaterThan(at);
        expect(until - at).toBeLessThanOrEqual(25 * 3_600_000);
        expect(quietUntil(until, quiet)).toBeUndefined();
      },
    ),
  );
});
