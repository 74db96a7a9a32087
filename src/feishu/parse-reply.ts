import { parseDuration } from '../lib/duration.js';
import type { Decision } from '../core/question.js';

/** The text of a message's content; empty for anything else. */
export function textOf(content: string | undefined): string {
  try {
    const { text } = JSON.parse(content ?? '') as { text?: unknown };
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}

export type ParsedReply = Decision | { readonly kind: 'unclear' };

/** Asks for a new link to an open page. */
export const asksForLink = (text: string): boolean => /^(链接|新链接|获取新链接|link|new link)$/.test(plainOf(text));

const hourMs = 3_600_000;
const shortestSnoozeMs = 60_000;
const longestSnoozeMs = 7 * 24 * hourMs;

const replyPatterns: readonly (readonly [RegExp, Decision])[] = [
  [
    /^(ok|okay|yes|y|go|open|ready|continue|start|好|好的|好了|行|可以|是|是的|继续|打开|打开浏览器|开始|准备好了|在|在的)$/,
    { kind: 'ready' },
  ],
  [/^(skip|no|n|cancel|skip this time|not now|跳过|这次跳过|不|不用|不用了|取消|算了|否)$/, { kind: 'decline' }],
  [/^(resend|send again|again|new code|重发|重新发送|再发|再发一次|重发验证码|重新获取)$/, { kind: 'resend' }],
  [/^(not a check|false alarm|no check|这不是验证|不是验证|误报|没有验证)$/, { kind: 'not-a-check' }],
  [/^(later|snooze|remind me|稍后|等会|等会儿|等一下|待会|晚点|稍后提醒)$/, { kind: 'snooze', ms: hourMs }],
];

/** Parses a written reply. Chinese and English words are both accepted, whatever the card's language. */
export function parseReply(text: string): ParsedReply {
  const plain = plainOf(text);
  const digits = codeDigits(plain);
  if (digits !== undefined) return { kind: 'code', digits };
  for (const [pattern, decision] of replyPatterns) if (pattern.test(plain)) return decision;
  const ms = snoozeMs(plain);
  return ms === undefined ? { kind: 'unclear' } : { kind: 'snooze', ms };
}

/** 4 to 8 digits; full-width digits and digits in groups are accepted. Undefined for any other text. */
export function codeDigits(text: string): string | undefined {
  const plain = text.normalize('NFKC').trim();
  const digits = plain.replace(/(?<=\d)[ -](?=\d)/g, '');
  return /^\d{4,8}$/.test(digits) ? digits : undefined;
}

function snoozeMs(plain: string): number | undefined {
  const span = plain
    .replace(/^(remind me |snooze )?(in )?/, '')
    .replace(/(之后|以后|后)?(再?提醒(我)?)?(later)?$/u, '')
    .replace(/半个?小时/u, '30m')
    .replace(/一个?小时/u, '1h')
    .replace(/两个?小时/u, '2h')
    .replace(/(\d)\s*(个?小时|个?钟头|hours?|hrs?)/gu, '$1h')
    .replace(/(\d)\s*(分钟|分|minutes?|mins?)/gu, '$1m')
    .replace(/(\d)\s*(天|days?)/gu, '$1d');
  const ms = parseDuration(span);
  return ms === undefined || ms < shortestSnoozeMs || ms > longestSnoozeMs ? undefined : ms;
}

function plainOf(text: string): string {
  return (
    text
      .normalize('NFKC')
      // Feishu replaces a mention of the bot with this placeholder.
      .replace(/@_user_\d+/g, ' ')
      .trim()
      .toLowerCase()
      .replace(/[\s。.!,，~、]+$/u, '')
      .replace(/\s+/g, ' ')
  );
}
