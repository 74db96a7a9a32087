import { expect, test } from '@playwright/test';
import { parseQuietHours } from '../../../src/lib/quiet-hours.js';
import { backOffMs, nextReminderAt, renewalAt } from '../../../src/core/next-times.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const night = parseQuietHours('23:00-08:00');
const local = (day: number, hour: number, minute = 0) => new Date(2026, 2, day, hour, minute).getTime();

test('reminders are sent after 2, 6 and 12 hours, then daily', () => {
  const shownAt = local(4, 9);
  const gaps = [0, 1, 2, 3, 4, 9].map((reminders) => (nextReminderAt({ shownAt, reminders }) - shownAt) / hourMs);
  expect(gaps).toEqual([2, 6, 12, 24, 24, 24]);
});

test('a reminder due at night is sent in the morning', () => {
  expect(nextReminderAt({ shownAt: local(4, 22), reminders: 0, quiet: night })).toBe(local(5, 8));
  expect(nextReminderAt({ shownAt: local(4, 14), reminders: 1, quiet: night })).toBe(local(4, 20));
});

test('before the key expires reminders ignore the usual gaps', () => {
  const shownAt = local(4, 9);
  const at = (expiry: number) => nextReminderAt({ shownAt, reminders: 5, keyExpiresAt: expiry, quiet: night });
  expect(at(local(5, 21))).toBe(local(4, 21));
  expect(at(local(4, 20))).toBe(local(4, 14));
  expect(at(local(4, 14))).toBe(local(4, 12));
  // 6 h before the expiry would be too soon after the last reminder.
  expect(at(local(4, 15, 30))).toBe(local(4, 13, 30));
  expect(nextReminderAt({ shownAt: local(4, 21), reminders: 5, keyExpiresAt: local(5, 5), quiet: night })).toBe(
    local(4, 23),
  );
});

test('temporary failures are retried soon, failures that need a person rarely', () => {
  expect([1, 2, 3, 4, 5, 9].map((count) => backOffMs('unreachable', count, 3 * dayMs) / 60_000)).toEqual([
    5, 15, 30, 60, 120, 120,
  ]);
  for (const outcome of ['drift', 'refused', 'gone'])
    expect(backOffMs(outcome, 1, 3 * dayMs), outcome).toBeGreaterThanOrEqual(6 * hourMs);
  expect(backOffMs('gone', 9, undefined)).toBe(7 * dayMs);
  expect(backOffMs('something new', 1, undefined)).toBe(hourMs / 2);
});

test('temporary failures are retried sooner close to the expiry', () => {
  expect(backOffMs('unreachable', 9, 2 * hourMs)).toBe(hourMs / 2);
  expect(backOffMs('unreachable', 9, 60_000)).toBe(5 * 60_000);
  expect(backOffMs('unreachable', 9, -1)).toBe(2 * hourMs);
  expect(backOffMs('refused', 1, hourMs)).toBe(dayMs);
});

test('a renewal starts a random delay after its key is due', () => {
  const key = { dueAt: local(4, 10), expiresAt: local(7, 22), firstSeenAt: local(3, 9), jitterMs: hourMs / 2 };
  expect(renewalAt({ ...key, jitterFraction: 0 })).toBe(local(4, 10));
  expect(renewalAt({ ...key, jitterFraction: 0.5 })).toBe(local(4, 10, 15));
  // The delay is at most a twentieth of the remaining life.
  expect(renewalAt({ ...key, expiresAt: local(4, 11), jitterFraction: 1 })).toBe(local(4, 10, 3));
});

test('a key that is already late waits only seconds', () => {
  const key = { dueAt: local(4, 10), expiresAt: local(7, 22), firstSeenAt: local(5, 9), jitterMs: hourMs / 2 };
  expect(renewalAt({ ...key, jitterFraction: 1 }) - key.firstSeenAt).toBe(20_000);
});

test('a dead, missing or unknown key is renewed at once, even at night', () => {
  const firstSeenAt = local(4, 2);
  const none = { firstSeenAt, jitterFraction: 1, jitterMs: hourMs, quiet: night };
  expect(renewalAt(none)).toBe(firstSeenAt);
  expect(renewalAt({ ...none, dueAt: local(1, 0), expiresAt: local(4, 1) })).toBe(firstSeenAt);
});

test('a renewal due at night waits until morning if the key lives long enough', () => {
  const key = { dueAt: local(4, 2), firstSeenAt: local(3, 9), jitterFraction: 0.5, jitterMs: hourMs / 2, quiet: night };
  expect(renewalAt({ ...key, expiresAt: local(7, 14) })).toBe(local(4, 8, 15));
  expect(renewalAt({ ...key, expiresAt: local(4, 12) })).toBe(local(4, 2, 15));
});
