import { expect, test } from '@playwright/test';
import type { Question } from '../../../src/core/question.js';
import { parseQuietHours } from '../../../src/lib/quiet-hours.js';
import { planAccount, type AccountFacts, type PlanRules } from '../../../src/core/plan-account.js';
import { same } from '../../../src/messages/text.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const local = (day: number, hour: number, minute = 0) => new Date(2026, 2, day, hour, minute).getTime();
const iso = (time: number) => new Date(time).toISOString();
const rules: PlanRules = {
  jitterMs: 0,
  askAgainAfterMs: 4 * hourMs,
  quiet: parseQuietHours('23:00-08:00'),
};
const now = local(8, 12);
const expiresAt = local(11, 10);

/** Facts of an account whose seven-day key became due two hours ago. */
function facts(change: Partial<AccountFacts> = {}): AccountFacts {
  return {
    now,
    due: { due: true, reason: 'near-expiry', expiresAt: iso(expiresAt) },
    obtainedAt: expiresAt - 7 * dayMs,
    dueAt: expiresAt - 3.5 * dayMs,
    hasIntent: false,
    firstSeenAt: now - hourMs,
    jitterFraction: 0,
    canAsk: true,
    isListening: false,
    ...change,
  };
}

function question(change: Partial<Question> = {}): Question {
  return {
    version: 1,
    id: 'q_1',
    nonce: 'n',
    account: 'work',
    siteTitle: 'Site',
    kind: 'captcha',
    detail: same('a slider'),
    askedAt: iso(now - hourMs),
    deadlineAt: iso(now + 7 * dayMs),
    state: 'asked',
    reached: ['card'],
    message: { messageId: 'om_1', chatId: 'oc_1' },
    runId: 'r',
    ...change,
  };
}

const plan = (change: Partial<AccountFacts> = {}) => planAccount(facts(change), rules);
const lastRun = { endedAt: now - hourMs, outcome: 'challenge', failuresInARow: 1 };

test('a due key is renewed now, a young one when it is due', () => {
  expect(plan().step).toBe('renew');
  expect(plan().at).toBeLessThanOrEqual(now);
  const dueAt = local(10, 12);
  const young = plan({ due: { due: false, dueAt: iso(dueAt), expiresAt: iso(expiresAt) }, dueAt });
  expect(young).toEqual({ step: 'renew', at: dueAt });
});

test('the wait after a failure depends on its kind', () => {
  const failed = (outcome: string, endedAt = now - hourMs) =>
    plan({ lastRun: { outcome, endedAt, failuresInARow: 1 } }).at;
  expect(failed('unreachable')).toBeLessThanOrEqual(now);
  expect(failed('drift')).toBe(now + 5 * hourMs);
  expect(failed('gone')).toBe(now + 23 * hourMs);
  // A failure dated by a clock that was ahead must not stop the renewals.
  expect(failed('gone', now + 30 * dayMs)).toBeLessThanOrEqual(now);
});

test('two renewals of an account are at least a minute apart, however short its keys live', () => {
  const short = { due: true, reason: 'near-expiry', expiresAt: iso(now + 20_000) } as const;
  expect(plan({ obtainedAt: now - 1000, dueAt: now - 500, due: short }).at).toBe(now + 59_000);
});

test('a key without an expiry is renewed after its interval', () => {
  const dueAt = local(10, 12);
  expect(plan({ due: { due: false, dueAt: iso(dueAt) }, dueAt })).toEqual({ step: 'renew', at: dueAt });
});

test('an unsettled rotation is settled at once', () => {
  const young = { due: false, dueAt: iso(local(10, 12)), expiresAt: iso(expiresAt) } as const;
  expect(plan({ hasIntent: true, due: young, dueAt: local(10, 12), obtainedAt: now - hourMs }).at).toBeLessThanOrEqual(
    now,
  );
});

test('a question that nobody saw is sent now, or after quiet hours', () => {
  const left = question({ reached: undefined, message: undefined });
  expect(plan({ question: left, lastRun })).toEqual({ step: 'ask', at: now });
  const night = local(9, 2);
  expect(plan({ question: left, now: night, lastRun })).toEqual({ step: 'ask', at: local(9, 8) });
  const dying = { due: true, reason: 'near-expiry', expiresAt: iso(local(9, 7)) } as const;
  expect(plan({ question: left, now: night, lastRun, due: dying })).toEqual({ step: 'ask', at: night });
});

test('answers to a card in the chat are received, and its reminder is sent on time', () => {
  expect(plan({ question: question(), lastRun })).toEqual({ step: 'listen', at: now });
  expect(plan({ question: question(), lastRun, isListening: true })).toEqual({ step: 'ask', at: now + hourMs });
  const unanswered = question({ state: 'unanswered' });
  expect(plan({ question: unanswered, lastRun })).toEqual({ step: 'ask', at: now + hourMs });
});

test('before a late reminder the site is tried once more', () => {
  const old = question({ askedAt: iso(now - dayMs), reminders: 3 });
  const heard = { question: old, isListening: true };
  expect(plan({ ...heard, lastRun: { ...lastRun, endedAt: now - dayMs } })).toEqual({ step: 'renew', at: now });
  expect(plan({ ...heard, lastRun: { ...lastRun, endedAt: now - dayMs }, lastTriedAt: now })).toEqual({
    step: 'ask',
    at: now,
  });
});

test('ready opens the browser, unless unblock handles it or it was long ago', () => {
  const ready = (change: Partial<Question>, more: Partial<AccountFacts> = {}) =>
    plan({
      ...more,
      question: question({ state: 'ready', answeredVia: 'card', answeredAt: iso(now - 60_000), ...change }),
      lastRun,
    });
  expect(ready({})).toEqual({ step: 'open', at: now });
  expect(ready({ answeredVia: 'unblock' })).toEqual({ step: 'ask', at: now + 29 * 60_000 });
  // A press that its `unblock` did not live to settle.
  expect(ready({ answeredVia: 'unblock' }, { hasIntent: true })).toEqual({ step: 'renew', at: now });
  expect(ready({ answeredAt: iso(now - 2 * hourMs) })).toEqual({ step: 'ask', at: now });
});

test('a snooze ends to the minute, even at night; after a skip of half a day the site is tried first', () => {
  const late = local(8, 23, 30);
  const snoozed = question({ state: 'snoozed', snoozedUntil: iso(late) });
  expect(plan({ question: snoozed, lastRun })).toEqual({ step: 'ask', at: late });
  const skipped = question({ state: 'declined', answeredAt: iso(now - hourMs) });
  expect(plan({ question: skipped, lastRun: { ...lastRun, endedAt: now } })).toEqual({
    step: 'renew',
    at: local(9, 8),
  });
});

test('a key obtained after the question resolves it', () => {
  const renewed = { due: false, dueAt: iso(local(12, 0)), expiresAt: iso(local(15, 0)) } as const;
  expect(plan({ question: question(), due: renewed, obtainedAt: now - 60_000 })).toEqual({ step: 'resolve', at: now });
  // A forced run may ask although the key is young.
  expect(plan({ question: question(), due: renewed, obtainedAt: now - 2 * dayMs, lastRun }).step).toBe('listen');
});

test('without Feishu the question waits for unblock, and the site is tried twice a day', () => {
  const open = question({ reached: [], message: undefined, state: 'unanswered' });
  expect(plan({ question: open, canAsk: false, lastRun })).toEqual({ step: 'renew', at: now + 11 * hourMs });
});

test('a run that died with a code is gone on with once', () => {
  const answeredAt = now - 1000;
  const given = question({ code: { attempt: 1, of: 5, canResend: true }, answeredAt: iso(answeredAt) });
  expect(plan({ question: given, lastTriedAt: answeredAt - 1000 })).toEqual({ step: 'renew', at: now });
  expect(plan({ question: given, lastTriedAt: answeredAt + 500 }).step).toBe('ask');
  expect(plan({ question: question({ code: given.code }), lastTriedAt: now - hourMs }).step).toBe('ask');
});

test('after a false alarm the site is tried at once, and then like after any failure', () => {
  const falseAlarm = question({ state: 'doubted', answeredAt: iso(now - 1000) });
  expect(plan({ question: falseAlarm, lastRun })).toEqual({ step: 'renew', at: now });
  const failed = { ...lastRun, endedAt: now - 500, outcome: 'unreachable' };
  const next = plan({ question: falseAlarm, lastRun: failed });
  expect(next.step).toBe('renew');
  expect(next.at).toBeGreaterThan(now);
});
