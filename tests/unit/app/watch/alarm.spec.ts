import { test } from '@playwright/test';
import { clockOf } from '../../../../src/lib/clock.js';
import { Alarm } from '../../../../src/app/watch/alarm.js';

const never = new AbortController().signal;

test('a time that is past is not slept for', async () => {
  await new Alarm(clockOf(() => 1000)).sleepUntil(999, never);
});

test('a ring ends the sleep, also one that came before it', async () => {
  const alarm = new Alarm(clockOf(() => 0));
  const sleep = alarm.sleepUntil(Infinity, never);
  alarm.ring();
  await sleep;
  alarm.ring();
  await alarm.sleepUntil(Infinity, never);
});

test('the end of the process ends the sleep', async () => {
  const end = new AbortController();
  const sleep = new Alarm(clockOf(() => 0)).sleepUntil(Infinity, end.signal);
  end.abort();
  await sleep;
  await new Alarm(clockOf(() => 0)).sleepUntil(Infinity, end.signal);
});

test('the wall clock decides, not the timer', async () => {
  let now = 0;
  const alarm = new Alarm(clockOf(() => now));
  // The machine slept: the timer was set for 20 ms, and an hour has gone by when it fires.
  const sleep = alarm.sleepUntil(20, never);
  now = 3_600_000;
  await sleep;
});
