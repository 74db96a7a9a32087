import { expect, test } from '@playwright/test';
import { done, failed } from '../../../src/core/outcome.js';
import { same } from '../../../src/messages/text.js';
import { judgeSession, nextCheckAt, sessionCheckAt, trustsHttp } from '../../../src/core/session-health.js';

const hourMs = 3_600_000;
const now = Date.parse('2026-03-04T12:00:00Z');
const none = {};

test('signed out counts only if HTTP reads are known to work', () => {
  const out = failed({ kind: 'signed-out', detail: same('x') });
  expect(judgeSession(out, true)).toBe('signed-out');
  expect(judgeSession(out, false)).toBe('unclear');
  expect(judgeSession(failed({ kind: 'drift', detail: same('x') }), true)).toBe('unclear');
  expect(judgeSession(failed({ kind: 'unreachable', detail: same('x') }), true)).toBe('unreachable');
  expect(judgeSession(done({ hasKey: true }), false)).toBe('alive');
  expect(trustsHttp('auto', none, undefined)).toBe(false);
  expect(trustsHttp('http', none, undefined)).toBe(true);
  expect(trustsHttp('auto', none, '2026-03-04T12:00:00Z')).toBe(true);
});

test('a check is due at its time, without a time, and at a time too far in the future', () => {
  const alive = (nextAt: number) => ({ outcome: 'alive', nextAt: new Date(nextAt).toISOString() });
  expect(sessionCheckAt('auto', undefined, now)).toBe(now);
  expect(sessionCheckAt('auto', alive(now + 1), now)).toBe(now + 1);
  expect(sessionCheckAt('auto', alive(now), now)).toBe(now);
  expect(sessionCheckAt('auto', alive(now + 40 * 24 * hourMs), now)).toBe(now);
});

test('a dead session is due at once, and one that only a browser reads is never due', () => {
  const dead = { outcome: 'signed-out', nextAt: new Date(now + hourMs).toISOString() };
  expect(sessionCheckAt('http', dead, now)).toBe(now);
  expect(sessionCheckAt('browser', dead, now)).toBe(Infinity);
});

test('an unanswered check is repeated within the hour', () => {
  expect(nextCheckAt('unreachable', now, 24 * hourMs)).toBe(now + hourMs);
  expect(nextCheckAt('alive', now, 24 * hourMs)).toBe(now + 24 * hourMs);
});
