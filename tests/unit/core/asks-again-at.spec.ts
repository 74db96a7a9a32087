import { expect, test } from '@playwright/test';

import { asksAgainAt } from '../../../src/core/asks-again-at.js';
import { newNonce, newQuestion } from '../../../src/core/new-question.js';
import type { Question } from '../../../src/core/question.js';
import { same } from '../../../src/messages/text.js';

const hour = 3_600_000;
const t0 = Date.parse('2026-03-04T00:00:00Z');
const at = (hours: number) => new Date(t0 + hours * hour).toISOString();
const base = newQuestion({
  account: 'a',
  siteTitle: 's',
  kind: 'login',
  detail: same('d'),
  waitMs: hour,
  runId: 'r',
  now: t0,
});

const until = (hours: number) => t0 + hours * hour;
for (const [name, question, hours, expected] of [
  ['no question yet', undefined, 0, undefined],
  ['a resolved question', { state: 'resolved' }, 0, undefined],
  ['unanswered an hour ago', { state: 'unanswered', reached: ['card'] }, 1, until(4)],
  ['unanswered four hours ago', { state: 'unanswered', reached: ['card'] }, 4, undefined],
  ['nobody could be asked', { state: 'unanswered', reached: [] }, 0.1, undefined],
  ['asked by a process that died', { state: 'asked' }, 1, until(4)],
  ['snoozed', { state: 'snoozed', snoozedUntil: at(6) }, 5.9, until(6)],
  ['a snooze that ended', { state: 'snoozed', snoozedUntil: at(6) }, 6, undefined],
  ['declined', { state: 'declined', answeredAt: at(0) }, 11.9, until(12)],
  ['declined half a day ago', { state: 'declined', answeredAt: at(0) }, 12, undefined],
  ['declined, the key ends in 14 h', { state: 'declined', answeredAt: at(0), keyExpiresAt: at(14) }, 7, until(8)],
  ['declined, the key has 6 h left', { state: 'declined', answeredAt: at(0), keyExpiresAt: at(14) }, 8, undefined],
  [
    'declined just now, the key has 1 h left',
    { state: 'declined', answeredAt: at(0), keyExpiresAt: at(1) },
    0.5,
    until(4),
  ],
  ['ready ten minutes ago', { state: 'ready', answeredAt: at(0) }, 0.25, until(0.5)],
  ['ready an hour ago', { state: 'ready', answeredAt: at(0) }, 1, undefined],
  ['an unreadable time', { state: 'snoozed', snoozedUntil: 'soon' }, 0, undefined],
  ['a snooze set far ahead by a wrong clock', { state: 'snoozed', snoozedUntil: '2099-01-01T00:00:00Z' }, 0, undefined],
] as const) {
  test(name, () => {
    const stored = question && ({ ...base, ...question } as Question);
    expect(asksAgainAt(stored, t0 + hours * hour, 4 * hour)).toBe(expected);
  });
}

test('nonces are long and unique', () => {
  const nonces = new Set(Array.from({ length: 1000 }, newNonce));
  expect(nonces.size).toBe(1000);
  for (const nonce of nonces) expect(nonce).toMatch(/^[\w-]{43}$/);
});
