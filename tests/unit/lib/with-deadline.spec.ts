import { expect, test } from '@playwright/test';
import { withDeadline } from '../../../src/lib/with-deadline.js';

const never = new Promise<never>(() => undefined);
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('work in time settles as it does without a deadline, and leaves no timer', async () => {
  const before = timers();
  expect(await withDeadline(Promise.resolve(1), 60_000, () => 'late')).toBe(1);
  await expect(withDeadline(Promise.reject(new Error('no')), 60_000, () => 'late')).rejects.toThrow('no');
  expect(timers()).toBe(before);
});

test('after the deadline, the result is what the caller says', async () => {
  expect(await withDeadline(never, 10, () => 'late')).toBe('late');
  const late = () => {
    throw new Error('no answer');
  };
  await expect(withDeadline(never, 10, late)).rejects.toThrow('no answer');
});

test('a deadline that has passed is an early deadline, and one that is years away is no early one', async () => {
  expect(await withDeadline(never, -5, () => 'late')).toBe('late');
  expect(await withDeadline(new Promise((resolve) => setTimeout(resolve, 50, 1)), 1e12, () => 'late')).toBe(1);
});

test('work that fails after the deadline is ignored', async () => {
  const failing = new Promise((_, reject) => setTimeout(reject, 20, new Error('too late')));
  expect(await withDeadline(failing, 5, () => 'late')).toBe('late');
  // An unhandled rejection fails the test.
  await new Promise((resolve) => setTimeout(resolve, 50));
});

test('an abort rejects with its reason', async () => {
  const abort = new AbortController();
  const waiting = withDeadline(never, 60_000, () => 'late', abort.signal);
  abort.abort(new Error('interrupted'));
  await expect(waiting).rejects.toThrow('interrupted');
});
