import { expect, test } from '@playwright/test';
import { parseQuietHours } from '../../../src/lib/quiet-hours.js';
import { forecastNotice } from '../../../src/app/watch/watch-notices.js';
import { noticeText } from '../../support/notice-text.js';
import { forecastSession, sessionLives, usualSpan, type SessionEvent } from '../../../src/core/forecast.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const local = (day: number, hour: number) => new Date(2026, 2, day, hour).getTime();
const at = (time: number, event: string, details: object = {}): SessionEvent => ({
  at: new Date(time).toISOString(),
  event,
  ...details,
});
const asked = (time: number) => at(time, 'question', { kind: 'login' });

test('a session lasts from its sign-in until the next sign-in is requested', () => {
  const events = [
    asked(local(1, 8)),
    at(local(1, 10), 'signed-in'),
    at(local(3, 0), 'key-published', { rung: 'http' }),
    at(local(5, 0), 'question', { kind: 'captcha' }),
    at(local(5, 1), 'key-published', { rung: 'headed' }),
    asked(local(7, 10)),
    asked(local(7, 18)),
    at(local(8, 10), 'key-published', { rung: 'headed' }),
    asked(local(13, 10)),
    at(local(13, 12), 'signed-in'),
  ];
  expect(sessionLives(events)).toEqual({
    livesMs: [6 * dayMs, 5 * dayMs],
    bornAt: local(13, 12),
    notifiedBornAt: undefined,
  });
});

test('a sign-in during a live session does not count as its end', () => {
  const events = [at(local(1, 10), 'signed-in'), at(local(2, 10), 'signed-in'), asked(local(8, 10))];
  expect(sessionLives(events)).toMatchObject({ livesMs: [6 * dayMs], bornAt: undefined });
});

const lives = { livesMs: [6 * dayMs, 6.5 * dayMs], bornAt: local(10, 12) };
const now = local(12, 9);

test('the owner is warned on the last evening before the expected end', () => {
  const forecast = forecastSession(lives, { now });
  expect(forecast).toEqual({ usualMs: 6 * dayMs, diesAt: local(16, 12), notifyAt: local(15, 19) });
});

test('no forecast from one lifetime, from widely different ones, a second time, or beyond all earlier ones', () => {
  expect(forecastSession({ ...lives, livesMs: [6 * dayMs] }, { now })).toBeUndefined();
  expect(forecastSession({ ...lives, livesMs: [dayMs, 6 * dayMs] }, { now })).toBeUndefined();
  expect(forecastSession({ ...lives, notifiedBornAt: lives.bornAt }, { now })).toBeUndefined();
  expect(forecastSession({ ...lives, bornAt: undefined }, { now })).toBeUndefined();
  expect(forecastSession(lives, { now: local(17, 1) })).toBeUndefined();
});

test('one short lifetime among many does not change the forecast', () => {
  const livesMs = [6, 6, 2.5, 6, 6.2, 6.1].map((days) => days * dayMs);
  expect(forecastSession({ ...lives, livesMs }, { now })?.usualMs).toBe(6 * dayMs);
});

test('a late warning goes out at once, but not at night', () => {
  const quiet = parseQuietHours('23:00-08:00');
  expect(forecastSession(lives, { now: local(16, 9), quiet })?.notifyAt).toBe(local(16, 9));
  expect(forecastSession(lives, { now: local(16, 2), quiet })?.notifyAt).toBe(local(16, 8));
});

test('the message states how long sessions usually live and what to run', () => {
  const forecast = { usualMs: 6 * dayMs, diesAt: local(16, 12), notifyAt: local(15, 19) };
  for (const language of ['zh', 'en'] as const) {
    const notice = forecastNotice({ name: 'work', site: 'iflow' }, forecast, { now: local(15, 19), language });
    expect(noticeText(notice)).toContain(usualSpan(6 * dayMs)[language]);
    expect(noticeText(notice)).toContain({ zh: '17 小时', en: '17h' }[language]);
    expect(noticeText(notice)).toContain('keyturn login work');
  }
  expect(usualSpan(20 * hourMs).en).toBe('20 h');
});
