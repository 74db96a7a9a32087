import type { Question } from '../core/question.js';
import type { Language } from './feishu-settings.js';

const hourMs = 3_600_000;

/** How a question's card looks, by the number of reminders and the time left until the key expires. */
export interface CardUrgency {
  readonly color: 'orange' | 'red';
  /** Prefix of the title; empty when nothing is urgent. */
  readonly mark: string;
}

/** Orange at first; red on the key's last day and after it. The expiry takes precedence over the reminder count. */
export function cardUrgency(question: Question, now: number, language: Language | undefined): CardUrgency {
  const zh = language !== 'en';
  const expiresAt = question.keyExpiresAt === undefined ? NaN : Date.parse(question.keyExpiresAt);
  const leftMs = expiresAt - now;
  if (leftMs <= 0) return { color: 'red', mark: zh ? '【密钥已失效】' : '[key is dead] ' };
  if (leftMs <= 6 * hourMs) {
    const hours = Math.max(1, Math.ceil(leftMs / hourMs));
    return { color: 'red', mark: zh ? `【密钥 ${hours} 小时内失效】` : `[key dies within ${hours} h] ` };
  }
  if (leftMs <= 24 * hourMs) return { color: 'red', mark: zh ? '【密钥一天内失效】' : '[key dies within a day] ' };
  const count = question.reminders ?? 0;
  if (count === 0) return { color: 'orange', mark: '' };
  return { color: 'orange', mark: zh ? `【第 ${count} 次提醒】` : `[reminder ${count}] ` };
}
