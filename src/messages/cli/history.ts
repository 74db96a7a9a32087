import type { Text } from '../text.js';

export const historyTexts = {
  about: {
    en: 'list every rotation, question and answer of an account, oldest first',
    zh: '列出账号的每次密钥更换、提问和回答，从旧到新',
  },
  last: { en: 'show only the newest events', zh: '只显示最新的若干条' },
  empty: (account: string): Text => ({ en: `${account} has no events yet`, zh: `${account} 还没有记录` }),
  columns: { en: ['TIME', 'RUN', 'EVENT', 'DETAILS'], zh: ['时间', '运行', '事件', '详情'] },
  notACount: { en: 'It must be a positive whole number.', zh: '必须是正整数。' },
} as const;
