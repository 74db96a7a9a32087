import type { Question } from '../core/question.js';
import { cardTexts } from '../messages/cards.js';
import { same, type Text } from '../messages/text.js';

const hourMs = 3_600_000;

/** How a question's card looks, by the number of reminders and the time left until the key expires. */
export interface CardUrgency {
  readonly color: 'orange' | 'red';
  /** Prefix of the title; empty when nothing is urgent. */
  readonly mark: Text;
}

/** Orange at first; red on the key's last day and after it. The expiry takes precedence over the reminder count. */
export function cardUrgency(question: Question, now: number): CardUrgency {
  const expiresAt = question.keyExpiresAt === undefined ? NaN : Date.parse(question.keyExpiresAt);
  const leftMs = expiresAt - now;
  if (leftMs <= 0) return { color: 'red', mark: cardTexts.markExpired };
  if (leftMs <= 6 * hourMs) {
    return { color: 'red', mark: cardTexts.markHours(Math.max(1, Math.ceil(leftMs / hourMs))) };
  }
  if (leftMs <= 24 * hourMs) return { color: 'red', mark: cardTexts.markDay };
  const count = question.reminders ?? 0;
  return { color: 'orange', mark: count === 0 ? same('') : cardTexts.markReminder(count) };
}
