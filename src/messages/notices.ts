import type { Text } from './text.js';

/** Messages to the owner in Feishu about a renewal, a delivery, a sign-in and the schedule. */
export const noticeTexts = {
  titles: {
    renewed: { en: 'Key renewed', zh: '密钥已续期' },
    'not-due': { en: 'Not due', zh: '尚未到期' },
    rehearsed: { en: 'Dry run done', zh: '演练完成' },
    'signed-out': { en: 'Signed out', zh: '需要重新登录' },
    challenge: { en: 'A person is needed', zh: '需要本人验证' },
    waiting: { en: 'Still waiting', zh: '仍在等待' },
    drift: { en: 'The page has changed', zh: '页面与配置不符' },
    'not-seen': { en: 'The new key was not seen', zh: '未看到新密钥' },
    refused: { en: 'Refused by the site', zh: '被站点拒绝' },
    gone: { en: 'The service has closed', zh: '服务已关闭' },
    misconfigured: { en: 'A setting must be changed', zh: '需要更改设置' },
    unreachable: { en: 'The site is out of reach', zh: '无法连接站点' },
    unproved: { en: 'The new key is not accepted', zh: '新密钥未被接受' },
    failed: { en: 'The renewal failed', zh: '续期失败' },
  },
  expiryUnread: { en: 'The expiry of the key is not understood', zh: '看不懂密钥的有效期' },
  newKey: (key: string): Text => ({ en: `New key: ${key}`, zh: `新密钥：${key}` }),
  goodUntil: (time: Text, span: Text): Text => ({
    en: `Good until: ${time.en} (${span.en} left)`,
    zh: `有效期至：${time.zh}（还有 ${span.zh}）`,
  }),
  expired: (time: Text, span: Text): Text => ({
    en: `Expired: ${time.en} (${span.en} ago)`,
    zh: `已过期：${time.zh}（${span.zh}前）`,
  }),
  noKey: { en: 'There is no key', zh: '目前没有密钥' },
  why: (reason: Text): Text => ({ en: `Why: ${reason.en}`, zh: `原因：${reason.zh}` }),
  next: { en: 'Next', zh: '下一步' },
  notVerified: { en: 'The new key was not verified with the service', zh: '服务尚未验证新密钥' },

  delivered: { en: 'The key is delivered everywhere', zh: '密钥已全部送达' },
  deliveredTo: (names: string): Text => ({
    en: `The current key was delivered to: ${names}`,
    zh: `当前密钥已送达：${names}`,
  }),
  undelivered: { en: 'The key was not delivered', zh: '密钥未能送达' },
  isSafe: {
    en: 'keyturn has the key; the targets below still have an old one.',
    zh: '密钥保存在 keyturn 中，没有丢失；以下目标仍是旧密钥。',
  },
  targetFailed: (name: string, reason: Text): Text => ({
    en: `Not delivered: ${name}: ${reason.en}`,
    zh: `未送达：${name}：${reason.zh}`,
  }),
  hookFailed: (name: string, reason: Text): Text => ({
    en: `Hook failed: ${name}: ${reason.en}`,
    zh: `钩子失败：${name}：${reason.zh}`,
  }),
  deliverAgain: { en: 'keyturn tries again by itself. To try now, run:', zh: 'keyturn 会自动重试；也可以现在运行：' },

  takeover: { en: 'Please help on your phone', zh: '请在手机上完成操作' },
  openPage: { en: 'Open the page', zh: '打开页面' },
  linkWorksOnce: (until: Text): Text => ({
    en: `The link works once, until ${until.en}. Please do not share it.`,
    zh: `链接只能用一次，${until.zh} 前有效，请不要转发。`,
  }),

  unfinished: { en: 'Not finished yet', zh: '还没有完成' },
  remindedLater: {
    en: 'You will be reminded later. To continue now, run on the machine that keyturn runs on:',
    zh: '稍后会再提醒；也可以现在就在运行 keyturn 的机器上执行：',
  },

  doctor: { en: 'keyturn doctor: messages reach you.', zh: 'keyturn doctor：消息可以送达。' },
} as const;
