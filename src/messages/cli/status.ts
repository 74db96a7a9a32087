import type { Text } from '../text.js';

const kinds: Readonly<Record<string, Text>> = {
  captcha: { en: 'captcha', zh: '人机验证' },
  login: { en: 'login', zh: '登录' },
  '2fa': { en: '2fa', zh: '验证码' },
};

export const statusTexts = {
  about: {
    en: 'show the key, the session, the last run, open questions and the next renewal of each account',
    zh: '显示每个账号的密钥、会话、上次运行、等待处理的问题和下次续期',
  },
  columns: {
    en: ['ACCOUNT', 'KEY', 'NEXT RENEWAL', 'SESSION', 'LAST RUN', 'WAITING'],
    zh: ['账号', '密钥', '下次续期', '会话', '上次运行', '等待'],
  },
  ago: (span: string): Text => ({ en: `${span} ago`, zh: `${span} 前` }),
  disabled: { en: 'disabled', zh: '已停用' },
  dueNow: { en: 'due now', zh: '现在' },
  none: { en: 'none', zh: '无' },
  saved: (span: string): Text => ({ en: `saved ${span} ago`, zh: `${span} 前保存` }),
  runningNow: { en: 'running now', zh: '正在运行' },
  waitingForYou: (kind: string): Text => ({ en: `waiting for you: ${kind}`, zh: `等你处理：${kind}` }),
  kinds,
  expiryUnknown: { en: 'expiry unknown', zh: '有效期未知' },
  noExpiry: { en: 'no expiry known', zh: '没有已知的有效期' },
  expired: (span: string): Text => ({ en: `expired ${span} ago`, zh: `${span} 前过期` }),
  left: (until: string, span: string): Text => ({ en: `${until} (${span} left)`, zh: `${until}（还剩 ${span}）` }),
  running: (what: string): Text => ({ en: `running: ${what}`, zh: `正在运行：${what}` }),
  waitingSince: (since: string, detail: string): Text => ({
    en: `waiting since ${since}: ${detail}`,
    zh: `从 ${since} 起等待：${detail}`,
  }),
  unsettled: {
    en: 'a renewal was interrupted; the next refresh checks the console',
    zh: '上一次续期中断；下一次 refresh 会查看控制台',
  },
} as const;
