import type { Text } from '../text.js';

const inChinese: Readonly<Record<string, string>> = {
  captcha: '人机验证',
  login: '登录',
  '2fa': '验证码',
  overlay: '关闭弹窗',
};

export const statusTexts = {
  about: {
    en: 'show the key, the session, the last run, open questions and the next renewal of each account',
    zh: '显示每个账号的密钥、会话、上次运行、等待处理的问题和下次续期',
  },
  check: {
    en: 'exit 1 if a key is missing, expired or not delivered, a run failed, or a person or the schedule is waited for',
    zh: '有密钥缺失、过期或未送达，有运行失败，需要本人处理，或定时任务没有运行时，以 1 退出',
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
  waitingForYou: (kind: string): Text => ({
    en: `waiting for you: ${kind}`,
    zh: `等你处理：${inChinese[kind] ?? kind}`,
  }),
  expiryUnknown: { en: 'expiry unknown', zh: '有效期未知' },
  noExpiry: { en: 'no expiry known', zh: '没有已知的有效期' },
  expired: (span: string): Text => ({ en: `expired ${span} ago`, zh: `${span} 前过期` }),
  left: (until: string, span: string): Text => ({ en: `${until} (${span} left)`, zh: `${until}（还剩 ${span}）` }),
  running: (what: Text): Text => ({ en: `running: ${what.en}`, zh: `正在运行：${what.zh}` }),
  waitingSince: (since: string, detail: string): Text => ({
    en: `waiting since ${since}: ${detail}`,
    zh: `从 ${since} 起等待：${detail}`,
  }),
  unsettled: {
    en: 'a renewal was interrupted; the next refresh checks the console',
    zh: '上一次续期中断；下一次 refresh 会查看控制台',
  },
} as const;

/** The line about an account's sign-in. */
export const sessionTexts = {
  signedOut: (span: Text): Text => ({
    en: `session: signed out, seen ${span.en} ago`,
    zh: `会话：已退出登录（${span.zh}前发现）`,
  }),
  alive: (span: Text): Text => ({ en: `session: found alive ${span.en} ago`, zh: `会话：${span.zh}前确认有效` }),
} as const;

/** The note about a target without the current key. */
export const undeliveredTexts = {
  notYet: (target: string, where: string): Text => ({
    en: `the current key was not delivered yet to ${target}: ${where}`,
    zh: `当前密钥还没有送达 ${target}：${where}`,
  }),
  failed: (reason: string, attempts: number, since: Text | undefined, next: Text | undefined): Text => {
    const parts = {
      en: [
        `tried ${attempts === 1 ? 'once' : `${attempts} times`}${since ? ` since ${since.en}` : ''}`,
        ...(next ? [`again after ${next.en}`] : []),
      ],
      zh: [`${since ? `从 ${since.zh} 起` : ''}已尝试 ${attempts} 次`, ...(next ? [`${next.zh} 后重试`] : [])],
    };
    return {
      en: `NOT DELIVERED: ${reason} (${parts.en.join(', ')})`,
      zh: `未送达：${reason}（${parts.zh.join('，')}）`,
    };
  },
} as const;
