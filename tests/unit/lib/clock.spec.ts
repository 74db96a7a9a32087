import { expect, test } from '@playwright/test';
import { forwardOnly } from '../../../src/lib/clock.js';

test('a clock that is set back goes on with the time of the machine, and a suspend counts', () => {
  const machine = { time: 1_000_000, uptime: 500 };
  const now = forwardOnly(
    () => machine.time,
    () => machine.uptime,
  );
  const pass = (time: number, uptime: number) => {
    machine.time += time;
    machine.uptime += uptime;
    return now();
  };
  expect(pass(100, 100)).toBe(1_000_100);
  expect(pass(-3_600_000, 50)).toBe(1_000_150);
  expect(pass(70, 70)).toBe(1_000_220);
  // Asleep, only the time of day goes on.
  expect(pass(3_600_000 + 1000, 10)).toBe(1_001_170);
});
