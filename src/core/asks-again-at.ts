import type { Question } from './question.js';

const hourMs = 3_600_000;
const declineRestMs = 12 * hourMs;
/** If the key has less life left than this, a person who declined is asked once more. */
const keyNearEndMs = 6 * hourMs;
/** How long a person who answered `ready`, but whose run died, is assumed to be still at the desk. */
const readyFreshMs = hourMs / 2;

/**
 * Until when the open question rests, in epoch milliseconds; undefined when its owner may be asked now. While one that
 * is `ready` rests, the browser is opened instead.
 */
export function asksAgainAt(question: Question | undefined, now: number, askAgainAfterMs: number): number | undefined {
  // After a dismissal, the site is tried first. The owner is asked again only if the challenge returns.
  if (!question || question.state === 'resolved' || question.state === 'doubted') return undefined;
  const { state, askedAt, answeredAt = askedAt, snoozedUntil = askedAt, keyExpiresAt = '' } = question;
  // An unreadable time, or one that a wrong clock set far ahead, must not silence the question for ever.
  const rest = (until: number) => (now < until && until - now <= 8 * 24 * hourMs ? until : undefined);
  if (state === 'snoozed') return rest(Date.parse(snoozedUntil));
  const answeredMs = Date.parse(answeredAt);
  if (state === 'ready') return rest(answeredMs + readyFreshMs);
  if (state === 'declined') {
    const nearEnd = Date.parse(keyExpiresAt) - keyNearEndMs;
    const soonest = Math.max(Number.isNaN(nearEnd) ? Infinity : nearEnd, answeredMs + askAgainAfterMs);
    return rest(Math.min(answeredMs + declineRestMs, soonest));
  }
  // Where nobody was reached, asking again disturbs nobody twice.
  return question.reached?.length === 0 ? undefined : rest(Date.parse(askedAt) + askAgainAfterMs);
}
