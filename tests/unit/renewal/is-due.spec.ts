import { expect, test } from '@playwright/test';
import { isDue } from '../../../src/renewal/is-due.js';
import type { KeyRecord } from '../../../src/renewal/key-record.js';

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

test('a dead key is due because it expired', () => {
  expect(isDue(keyOf(7), issued + 8 * day)).toMatchObject({ due: true, reason: 'expired' });
});

test('no key is due', () => {
  expect(isDue({ version: 1, previous: [] }, issued)).toMatchObject({ due: true, reason: 'no-key' });
});

test('an unknown or unreadable expiry is due', () => {
  expect(isDue(keyOf(7, { expiresAt: undefined }), issued)).toMatchObject({ due: true, reason: 'expiry-unknown' });
  expect(isDue(keyOf(7, { expiresAt: 'soon' }), issued)).toMatchObject({ due: true, reason: 'expiry-unknown' });
});

test('an adopted key counts back from its expiry by the lifetime of its kind', () => {
  const record = keyOf(7, { obtainedBy: 'adopted', obtainedAt: new Date(issued + 3 * day).toISOString() });
  expect(isDue(record, issued + 3.4 * day).due).toBe(false);
  expect(isDue(record, issued + 3.6 * day).due).toBe(true);
});

test('force is due whatever the record says', () => {
  expect(isDue(keyOf(7), issued, { force: true })).toMatchObject({ due: true, reason: 'forced' });
});
