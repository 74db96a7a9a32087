import { expect, test } from '@playwright/test';
import { sessionLives, type SessionEvent } from '../../../src/core/session-lives.js';

const dayMs = 24 * 3_600_000;
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
  });
});

test('a sign-in during a live session does not count as its end', () => {
  const events = [at(local(1, 10), 'signed-in'), at(local(2, 10), 'signed-in'), asked(local(8, 10))];
  expect(sessionLives(events)).toMatchObject({ livesMs: [6 * dayMs], bornAt: undefined });
});
