import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { isBelowFloor, isDue } from '../../../src/core/is-due.js';
import type { KeyRecord } from '../../../src/core/key-record.js';

const day = 86_400_000;
const issued = Date.parse('2026-03-01T00:00:00Z');

function keyOf(lifetimeDays: number, overrides: Partial<NonNullable<KeyRecord['current']>> = {}): KeyRecord {
  return {
    version: 1,
    previous: [],
    current: {
      key: 'sk-00000000000000000000000000000001',
      obtainedAt: new Date(issued).toISOString(),
      obtainedBy: 'http',
      expiresAt: new Date(issued + lifetimeDays * day).toISOString(),
      lifetimeMs: lifetimeDays * day,
      runId: 'run-1',
      ...overrides,
    },
  };
}

for (const [lifetimeDays, dueAfterDays] of [
  [7, 3.5],
  [10, 5],
  [30, 20],
  [90, 60],
] as const) {
  test(`a ${lifetimeDays}-day key is due after ${dueAfterDays} days`, () => {
    const record = keyOf(lifetimeDays);
    expect(isDue(record, issued + dueAfterDays * day - 1).due).toBe(false);
    expect(isDue(record, issued + dueAfterDays * day)).toMatchObject({ due: true, reason: 'near-expiry' });
  });
}

test('an expired key is due', () => {
  expect(isDue(keyOf(7), issued + 8 * day)).toMatchObject({ due: true, reason: 'expired' });
});

test('an account without a key is due', () => {
  expect(isDue({ version: 1, previous: [] }, issued)).toMatchObject({ due: true, reason: 'no-key' });
});

for (const [title, expiresAt] of [
  ['no expiry', undefined],
  ['an unreadable expiry', 'soon'],
  ['an expiry before the key was made', new Date(issued - 60_000).toISOString()],
] as const) {
  test(`with ${title} the profile's lifetime decides`, () => {
    const record = keyOf(7, { expiresAt });
    expect(isDue(record, issued + 3.4 * day)).toMatchObject({ due: false });
    expect(isDue(record, issued + 3.5 * day)).toMatchObject({ due: true, reason: 'near-expiry' });
    expect(isDue(record, issued + 7 * day)).toMatchObject({ due: true, reason: 'expired' });
  });
}

test("the expiry from the console takes precedence over the profile's lifetime", () => {
  const record = keyOf(3, { lifetimeMs: 7 * day });
  expect(isDue(record, issued + 1.4 * day).due).toBe(false);
  expect(isDue(record, issued + 1.5 * day).due).toBe(true);
});

test('without expiry and lifetime the interval decides', () => {
  const record = keyOf(7, { expiresAt: undefined, lifetimeMs: undefined, everyMs: 30 * day });
  expect(isDue(record, issued + 29 * day)).toMatchObject({ due: false, expiresAt: undefined });
  expect(isDue(record, issued + 30 * day)).toMatchObject({ due: true, reason: 'interval' });
});

test('a key that keyturn made and whose lifetime is unknown is due after a day', () => {
  const record = keyOf(7, { expiresAt: undefined, lifetimeMs: undefined });
  expect(isDue(record, issued + 0.9 * day).due).toBe(false);
  expect(isDue(record, issued + day)).toMatchObject({ due: true, reason: 'expiry-unknown' });
});

test('an adopted key of unknown age is due unless the profile sets an interval', () => {
  const adopted = { obtainedBy: 'adopted', expiresAt: undefined } as const;
  expect(isDue(keyOf(7, adopted), issued)).toMatchObject({ due: true, reason: 'expiry-unknown' });
  expect(isDue(keyOf(7, { ...adopted, everyMs: 30 * day }), issued).due).toBe(false);
});

test('a record from the future is due, so that the console is read', () => {
  expect(isDue(keyOf(7), issued - day)).toMatchObject({ due: true, reason: 'expiry-unknown' });
});

test('a key that keyturn made is neither due nor replaceable within 40 % of its life', () => {
  const lives = fc.integer({ min: 1000, max: 400 * day });
  fc.assert(
    fc.property(lives, fc.double({ min: 0, max: 0.3999, noNaN: true }), fc.boolean(), (life, part, isSaid) => {
      const expiresAt = isSaid ? new Date(issued + life).toISOString() : undefined;
      const record = keyOf(7, { expiresAt, lifetimeMs: life });
      const now = issued + Math.floor(life * part);
      expect(isDue(record, now).due).toBe(false);
      expect(isBelowFloor(record.current!, now)).toBe(true);
    }),
  );
});

test('a key that lives longer than three hours is not renewed twice within an hour', () => {
  const record = keyOf(3.2 / 24);
  expect(isBelowFloor(record.current!, issued + day / 24 - 1)).toBe(true);
});

test("an adopted key's start is its expiry minus the profile's lifetime", () => {
  const record = keyOf(7, { obtainedBy: 'adopted', obtainedAt: new Date(issued + 3 * day).toISOString() });
  expect(isDue(record, issued + 3.4 * day).due).toBe(false);
  expect(isDue(record, issued + 3.6 * day).due).toBe(true);
});

test('with force every key is due', () => {
  expect(isDue(keyOf(7), issued, { force: true })).toMatchObject({ due: true, reason: 'forced' });
});
