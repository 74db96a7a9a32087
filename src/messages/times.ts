import type { Text } from './text.js';

const unit =
  (en: string, zh: string) =>
  (amount: number): Text => ({ en: `${amount}${en}`, zh: `${amount} ${zh}` });

/** The parts of a duration. */
export const durationTexts = {
  d: unit('d', '天'),
  h: unit('h', '小时'),
  m: unit('m', '分钟'),
  s: unit('s', '秒'),
} as const;

export const timeTexts = { unknown: { en: 'an unknown time', zh: '时间未知' } } as const;
