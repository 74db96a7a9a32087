import type { Question } from './question.js';

const hourMs = 3_600_000;
/** The shortest time between two askings, so that an hourly schedule does not flood the owner. */
const askIntervalMs = 4 * hourMs;
const declineRestMs = 12 * hourMs;
/** If the key has less life left than this, a person who declined is asked once more. */
const keyNearEndMs = 6 * hourMs;
/** How long a person who answered `ready`, but whose run died, is assumed to be still at the desk. */
const readyFreshMs = hourMs / 2;

export type MayAsk =
  { readonly may: true } | { readonly may: false; readonly isReady: boolean; readonly until: number };

/** `isReady`: the owner already answered `ready`, so open the browser instead. `now` is in epoch milliseconds. */
export function mayAskAgain(
  question: Question | undefined,
  now: number,
  askAgainAfterMs: number = askIntervalMs,
): MayAsk {
  // After a dismissal, the site is tried first. The owner is asked again only if the challenge returns.
  if (!question || question.state === 'resolved' || question.state === 'doubted') return { may: true };
  const at = (time: string | undefined, fallback: string) => Date.parse(time ?? fallback);
  const rest = (until: number): MayAsk =>
    // An unreadable time, or one that a wrong clock set far ahead, must not silence the question for ever.
    Number.isFinite(until) && now < until && until - now <= 8 * 24 * hourMs
      ? { may: false, isReady: question.state === 'ready', until }
      : { may: true };

  switch (question.state) {
    case 'snoozed':
      return rest(at(question.snoozedUntil, question.askedAt));
    case 'ready':
      return rest(at(question.answeredAt, question.askedAt) + readyFreshMs);
    case 'declined': {
      const declinedAt = at(question.answeredAt, question.askedAt);
      const nearEnd = question.keyExpiresAt ? Date.parse(question.keyExpiresAt) - keyNearEndMs : Infinity;
      const soonest = Math.max(Number.isNaN(nearEnd) ? Infinity : nearEnd, declinedAt + askAgainAfterMs);
      return rest(Math.min(declinedAt + declineRestMs, soonest));
    }
    case 'asked':
    case 'unanswered':
      // Nobody was reached, so asking again disturbs nobody twice.
      if (question.reached?.length === 0) return { may: true };
      return rest(at(question.askedAt, question.askedAt) + askAgainAfterMs);
  }
}
