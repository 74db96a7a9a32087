import { test } from '@playwright/test';
import { clockOf } from '../../../../src/lib/clock.js';
import { Alarm } from '../../../../src/app/watch/alarm.js';

const never = new AbortController().signal;

test('a time in the past returns at once', async () => {
  await new Alarm(clockOf(() => 1000)).sleepUntil(999, never);
});

test('ring() ends the current sleep, or else the next one', async () => {
  const alarm = new Alarm(clockOf(() => 0));
  const sleep = alarm.sleepUntil(Infinity, never);
  alarm.ring();
  await sleep;
  alarm.ring();
  await alarm.sleepUntil(Infinity, never);
});

test('an aborted signal ends the sleep', async () => {
  const end = new AbortController();
  const sleep = new Alarm(clockOf(() => 0)).sleepUntil(Infinity, end.signal);
  end.abort();
  await sleep;
  await new Alarm(clockOf(() => 0)).sleepUntil(Infinity, end.signal);
});

test('the sleep follows the wall clock, not the timer', async () => {
  let now = 0;
  const alarm = new Alarm(clockOf(() => now));
  // The machine sleeps: the timer is set for 20 ms, but an hour has passed when it fires.
  const sleep = alarm.sleepUntil(20, never);
  now = 3_600_000;
  await sleep;
});
