import type { Question } from './question.js';

const hourMs = 3_600_000;
/** An open question is not asked more often than this, so that an hourly schedule is no storm. */
export const askIntervalMs = 4 * hourMs;
export const declineRestMs = 12 * hourMs;
/** With less left of the key than this, a person who said "not now" is asked once more. */
export const keyNearEndMs = 6 * hourMs;
/** A person who said ready and was not served (the process died) is still at the desk for this long. */
export const readyFreshMs = hourMs / 2;

export type MayAsk =
  | { readonly may: true }
  | {
      readonly may: false;
      readonly why: 'asked-recently' | 'snoozed' | 'declined' | 'ready';
      /** Epoch milliseconds. */
      readonly until: number;
    };

/**
 * Whether the account's owner may be asked now. With `why: 'ready'` they said ready already: open the browser, do not ask.
 * @param question the account's last question, if any
 * @param now epoch milliseconds
 * @param askAgainAfterMs the setting `handoff.askAgainAfter`
 */
export function mayAskAgain(
  question: Question | undefined,
  now: number,
  askAgainAfterMs: number = askIntervalMs,
): MayAsk {
  // One that was doubted is tried again first, and asked once more only if that comes to the same.
  if (!question || question.state === 'resolved' || question.state === 'doubted') return { may: true };
  const at = (time: string | undefined, fallback: string) => Date.parse(time ?? fallback);
  const rest = (why: 'asked-recently' | 'snoozed' | 'declined' | 'ready', until: number): MayAsk =>
    // A time that cannot be read, or one far ahead because the clock was wrong, must not silence the question for ever.
    Number.isFinite(until) && now < until && until - now <= 8 * 24 * hourMs
      ? { may: false, why, until }
      : { may: true };

  switch (question.state) {
    case 'snoozed':
      return rest('snoozed', at(question.snoozedUntil, question.askedAt));
    case 'ready':
      return rest('ready', at(question.answeredAt, question.askedAt) + readyFreshMs);
    case 'declined': {
      const declinedAt = at(question.answeredAt, question.askedAt);
      const nearEnd = question.keyExpiresAt ? Date.parse(question.keyExpiresAt) - keyNearEndMs : Infinity;
      const soonest = Math.max(Number.isNaN(nearEnd) ? Infinity : nearEnd, declinedAt + askAgainAfterMs);
      return rest('declined', Math.min(declinedAt + declineRestMs, soonest));
    }
    case 'asked':
    case 'unanswered':
      // Nobody was reached, so nobody is bothered twice.
      if (question.reached?.length === 0) return { may: true };
      return rest('asked-recently', at(question.askedAt, question.askedAt) + askAgainAfterMs);
  }
}
