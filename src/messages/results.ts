import type { Text } from './text.js';

const reasons: Readonly<Record<string, Text>> = {
  forced: { en: 'it was forced', zh: '强制续期' },
  'no-key': { en: 'there was no key', zh: '没有密钥' },
  expired: { en: 'the key had expired', zh: '密钥已过期' },
  'near-expiry': { en: 'the key was near its expiry', zh: '密钥即将过期' },
  interval: { en: 'its renewal interval had passed', zh: '已到续期间隔' },
  'expiry-unknown': { en: 'the expiry was not known', zh: '有效期未知' },
  'answer-lost': { en: 'the answer to an earlier rotation was lost', zh: '上一次更换密钥的响应丢失' },
  'changed-elsewhere': { en: 'the key had been changed elsewhere', zh: '密钥已在别处更换' },
};

const methods: Readonly<Record<string, Text>> = {
  http: { en: 'HTTP replay', zh: 'HTTP 重放' },
  headless: { en: 'the page, headless', zh: '无头浏览器页面' },
  headed: { en: 'the page, with its owner', zh: '由本人操作的页面' },
};

const unknownMethod: Text = { en: 'an unknown method', zh: '未知方式' };
const methodOf = (method: string | undefined) => methods[method ?? ''] ?? unknownMethod;

/** How an account's run ended, on one line. */
export const resultTexts = {
  notDue: (expiresAt: Text | undefined, dueAt: Text | undefined): Text => ({
    en:
      `not due: ${expiresAt ? `the key is good until ${expiresAt.en}` : 'no expiry is known'}` +
      (dueAt ? `, due ${dueAt.en}` : ''),
    zh:
      `尚未到期：${expiresAt ? `密钥有效期至 ${expiresAt.zh}` : '有效期未知'}` + (dueAt ? `，${dueAt.zh} 起续期` : ''),
  }),
  rehearsed: (would: Text, reason: string | undefined): Text => {
    const why = reason === undefined || reason === 'forced' ? undefined : reasons[reason];
    return {
      en: `dry run: would ${would.en}${why ? ` (${why.en})` : ''}; nothing was pressed`,
      zh: `演练：将${would.zh}${why ? `（${why.zh}）` : ''}；没有按下任何按钮`,
    };
  },
  renewed: (how: Text, verified: Text, expiry: Text): Text => ({
    en: `${how.en}; ${verified.en}; ${expiry.en}`,
    zh: `${how.zh}；${verified.zh}；${expiry.zh}`,
  }),
  how: {
    rotated: (method: string | undefined): Text => ({
      en: `renewed over ${methodOf(method).en}`,
      zh: `已续期（${methodOf(method).zh}）`,
    }),
    adopted: (method: string | undefined): Text => ({
      en: `the console's own key was adopted (${methodOf(method).en}), nothing was rotated`,
      zh: `已接管控制台里的密钥（${methodOf(method).zh}），没有更换密钥`,
    }),
    settled: (): Text => ({
      en: 'the key of an interrupted run was put in place, nothing was rotated',
      zh: '已启用上一次中断的运行得到的密钥，没有更换密钥',
    }),
  },
  because: (how: Text, reason: string | undefined): Text => {
    const why = reason === undefined ? undefined : reasons[reason];
    return why ? { en: `${how.en}, because ${why.en}`, zh: `${how.zh}，原因：${why.zh}` } : how;
  },
  verdicts: {
    valid: (): Text => ({ en: 'verified with the service', zh: '服务已验证' }),
    unknown: ({ en, zh }: Text): Text => ({ en: `not verified (${en})`, zh: `未验证（${zh}）` }),
    invalid: ({ en, zh }: Text): Text => ({ en: `refused by the service (${en})`, zh: `被服务拒绝（${zh}）` }),
    banned: ({ en, zh }: Text): Text => ({ en: `BANNED by the service (${en})`, zh: `已被服务封禁（${zh}）` }),
  },
  goodUntil: (time: Text): Text => ({ en: `good until ${time.en}`, zh: `有效期至 ${time.zh}` }),
  expiryUnknown: { en: 'its expiry is not known', zh: '有效期未知' },
  left: (time: Text, span: Text, isPast: boolean): Text => ({
    en: `${time.en} (${span.en} ${isPast ? 'ago' : 'left'})`,
    zh: `${time.zh}（${isPast ? `已过 ${span.zh}` : `还剩 ${span.zh}`}）`,
  }),
  unproved: { en: 'the new key is not accepted by the service', zh: '服务不接受新密钥' },
  stillWaiting: (since: Text): Text => ({
    en: `still waiting for its owner since ${since.en}`,
    zh: `从 ${since.zh} 起一直在等待本人处理`,
  }),
  personNeeded: ({ en, zh }: Text): Text => ({ en: `a person is needed: ${en}`, zh: `需要本人处理：${zh}` }),
  sessionUnread: { en: 'the session could not be checked', zh: '无法检查会话' },
  failed: { en: 'failed', zh: '失败' },
  unforeseen: { en: 'an unexpected error; see the log', zh: '意外错误，详见日志' },
} as const;

/** What a dry run would have done. */
export const dryRunTexts = {
  send: (method: string, url: string): Text => ({
    en: `send ${method} ${url} with the saved session`,
    zh: `用已保存的会话发送 ${method} ${url}`,
  }),
  press: (step: Text, url: string): Text => ({ en: `do ${step.en} on ${url}`, zh: `在 ${url} 上执行${step.zh}` }),
  adopt: { en: 'adopt the key that the console shows', zh: '接管控制台显示的密钥' },
  keep: { en: 'keep the current key', zh: '保留当前密钥' },
} as const;
