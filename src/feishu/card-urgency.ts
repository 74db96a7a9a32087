import type { Question } from '../core/question.js';
import { cardTexts } from '../messages/cards.js';
import { same, type Text } from '../messages/text.js';

const hourMs = 3_600_000;

/** The card is red from the key's last day on. The mark goes before the title, and is empty when nothing is urgent. */
export function cardUrgency(question: Question, now: number): { color: 'orange' | 'red'; mark: Text } {
  const expiresAt = question.keyExpiresAt === undefined ? NaN : Date.parse(question.keyExpiresAt);
  const leftMs = expiresAt - now;
  if (leftMs <= 0) return { color: 'red', mark: cardTexts.markExpired };
  if (leftMs <= 24 * hourMs) return { color: 'red', mark: cardTexts.markHours(Math.ceil(leftMs / hourMs)) };
  const count = question.reminders ?? 0;
  return { color: 'orange', mark: count === 0 ? same('') : cardTexts.markReminder(count) };
}
