import { expect, test } from '@playwright/test';
import { fastClockEnv, fastNow, readFastClock } from '../../simulator/fast-clock.js';

test('a second process reads the same clock, and time passes at its rate', () => {
  const clock = { startedAt: 1_700_000_000_000, rate: 1000 };
  expect(readFastClock(fastClockEnv(clock))).toEqual(clock);
  expect(fastNow(clock, clock.startedAt)).toBe(clock.startedAt);
  expect(fastNow(clock, clock.startedAt + 60)).toBe(clock.startedAt + 60_000);
  expect(readFastClock({})).toBeUndefined();
});
