import { expect, test } from '@playwright/test';
import { formatDuration, parseDuration } from '../../../src/lib/duration.js';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

for (const [ms, en, zh] of [
  [0, '0s', '0 秒'],
  [90 * second, '1m 30s', '1 分钟 30 秒'],
  [6 * day + 12 * hour, '6d 12h', '6 天 12 小时'],
  [-(23 * day + 41 * second), '23d', '23 天'],
  [2 * hour + 5 * second, '2h', '2 小时'],
] as const) {
  test(`${ms} ms is ${en}: two adjacent units at most`, () => {
    expect(formatDuration(ms)).toBe(en);
    expect(formatDuration(ms, 'zh')).toBe(zh);
  });
}

test('durations are read as they are written', () => {
  expect(['90s', '1h30m', ' 2 d ', '0.5h'].map(parseDuration)).toEqual([90_000, 5_400_000, 2 * day, 1_800_000]);
  expect(['5', 'soon', '-1h', ''].map(parseDuration)).toEqual([undefined, undefined, undefined, undefined]);
  expect(parseDuration('1m')).toBe(minute);
});
