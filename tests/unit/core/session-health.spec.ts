import { expect, test } from '@playwright/test';
import { done, failed } from '../../../src/core/outcome.js';
import { isLookDue, judgeSession, nextLookAt, trustsHttp } from '../../../src/core/session-health.js';

const hourMs = 3_600_000;
const now = Date.parse('2026-03-04T12:00:00Z');
const none = { version: 1 as const, previous: [] };

test('signed out counts only where reads over HTTP are known to work', () => {
  const out = failed({ kind: 'signed-out', detail: 'x' });
  expect(judgeSession(out, true)).toBe('signed-out');
  expect(judgeSession(out, false)).toBe('unclear');
  expect(judgeSession(failed({ kind: 'drift', detail: 'x' }), true)).toBe('unclear');
  expect(judgeSession(failed({ kind: 'unreachable', detail: 'x' }), true)).toBe('unreachable');
  expect(judgeSession(done({ hasKey: true }), false)).toBe('alive');
  expect(trustsHttp('auto', none, undefined)).toBe(false);
  expect(trustsHttp('http', none, undefined)).toBe(true);
  expect(trustsHttp('auto', none, '2026-03-04T12:00:00Z')).toBe(true);
});

test('a look is due at its time, without one, and when the time is far ahead by a wrong clock', () => {
  expect(isLookDue(undefined, now)).toBe(true);
  expect(isLookDue(now + 1, now)).toBe(false);
  expect(isLookDue(now, now)).toBe(true);
  expect(isLookDue(now + 40 * 24 * hourMs, now)).toBe(true);
});

test('what nobody answered is tried again within the hour', () => {
  expect(nextLookAt('unreachable', now, 24 * hourMs)).toBe(now + hourMs);
  expect(nextLookAt('alive', now, 24 * hourMs)).toBe(now + 24 * hourMs);
});
