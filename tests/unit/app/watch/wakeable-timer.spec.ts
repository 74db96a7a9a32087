import { test } from '@playwright/test';
import { clockOf } from '../../../../src/lib/clock.js';
import { WakeableTimer } from '../../../../src/app/watch/wakeable-timer.js';

const never = new AbortController().signal;

test('a time in the past returns at once', async () => {
  await new WakeableTimer(clockOf(() => 1000)).sleepUntil(999, never);
});

test('wake() ends the current sleep, or else the next one', async () => {
  const timer = new WakeableTimer(clockOf(() => 0));
  const sleep = timer.sleepUntil(Infinity, never);
  timer.wake();
  await sleep;
  timer.wake();
  await timer.sleepUntil(Infinity, never);
});

test('an aborted signal ends the sleep', async () => {
  const end = new AbortController();
  const sleep = new WakeableTimer(clockOf(() => 0)).sleepUntil(Infinity, end.signal);
  end.abort();
  await sleep;
  await new WakeableTimer(clockOf(() => 0)).sleepUntil(Infinity, end.signal);
});

test('the sleep follows the wall clock, not the timer', async () => {
  let now = 0;
  const timer = new WakeableTimer(clockOf(() => now));
  // The machine sleeps: the timer is set for 20 ms, but an hour has passed when it fires.
  const sleep = timer.sleepUntil(20, never);
  now = 3_600_000;
  await sleep;
});
