import { expect, test } from '@playwright/test';
import { maskMatches, withCurrentKey, type KeyRecord, type KnownKey } from '../../../src/core/key-record.js';

const key = 'sk-1234567890abcdef1234567890abcdef';

for (const [mask, matches] of [
  ['sk-12****cdef', true],
  ['sk-123********************bcdef', true],
  ['sk-****', true],
  ['sk-12••••ef', true],
  ['sk-12...cdef', true],
  ['sk-12****0000', false],
  ['sk-99****cdef', false],
  ['****', false],
  [key, true],
] as const) {
  test(`the mask ${mask} ${matches ? 'matches' : 'does not match'} the key`, () => {
    expect(maskMatches(mask, key)).toBe(matches);
  });
}

const known = (n: number): KnownKey => ({
  key: `sk-${String(n).padStart(32, '0')}`,
  obtainedAt: '2026-03-01T00:00:00.000Z',
  obtainedBy: 'http',
  runId: `run-${n}`,
});

test('the last five keys are kept, newest first', () => {
  let record: KeyRecord = { version: 1, previous: [] };
  for (let n = 1; n <= 8; n += 1) record = withCurrentKey(record, known(n));
  expect(record.current?.runId).toBe('run-8');
  expect(record.previous.map((k) => k.runId)).toEqual(['run-7', 'run-6', 'run-5', 'run-4', 'run-3']);
});

test('a key that is published twice is kept once', () => {
  const once = withCurrentKey({ version: 1, previous: [] }, known(1));
  expect(withCurrentKey(once, known(1)).previous).toEqual([]);
});
