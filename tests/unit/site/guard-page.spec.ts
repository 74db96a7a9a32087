import { expect, test } from '@playwright/test';
import { watchForHang } from '../../../src/site/guard-page.js';

type Page = Parameters<typeof watchForHang>[0];

/** A page whose `evaluate` returns `answer`, called with the number of calls so far. */
function pageOf(answer: (asked: number) => Promise<unknown>) {
  let asked = 0;
  const page = { evaluate: () => answer((asked += 1)) } as unknown as Page;
  return { page, asked: () => asked };
}

const silence = () => new Promise(() => undefined);
const quick = { everyMs: 2, limitMs: 10 };

test('a page that does not answer hangs, which is reported once', async () => {
  const { page, asked } = pageOf(silence);
  const told: number[] = [];
  await new Promise<void>((resolve) => {
    watchForHang(page, (silentMs) => resolve(void told.push(silentMs)), quick);
  });
  // Wait for as many ticks again, counted by another watch: there is no second report.
  const other = pageOf(() => Promise.resolve());
  const stop = watchForHang(other.page, () => undefined, quick);
  await expect.poll(other.asked).toBeGreaterThan(10);
  stop();
  expect(told).toEqual([10]);
  expect(asked()).toBe(1);
});

test('a page that answers or is gone does not hang', async () => {
  const { page, asked } = pageOf((count) => (count % 2 === 0 ? Promise.resolve() : Promise.reject(new Error('gone'))));
  let hangs = 0;
  const stop = watchForHang(page, () => (hangs += 1), quick);
  await expect.poll(asked).toBeGreaterThan(20);
  stop();
  expect(hangs).toBe(0);
});

test('a suspended process does not report a hang', async () => {
  let answer: () => void = () => undefined;
  const { page, asked } = pageOf(() => new Promise<void>((resolve) => (answer = resolve)));
  let hangs = 0;
  const stop = watchForHang(page, () => (hangs += 1), quick);
  await expect.poll(asked, { intervals: [1] }).toBe(1);
  const until = performance.now() + 50;
  while (performance.now() < until);
  // The answer was ready all the time, and arrives after the one late tick.
  setImmediate(() => answer());
  await expect.poll(asked, { intervals: [1] }).toBe(2);
  stop();
  expect(hangs).toBe(0);
});
