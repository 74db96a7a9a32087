import type { Text } from '../text.js';

const until = (time: string | undefined): Text =>
  time === undefined ? { en: '', zh: '' } : { en: `, valid until ${time}`, zh: `，有效期至 ${time}` };

export const loginTexts = {
  about: {
    en: 'sign in once in a visible browser, then check that a headless browser is signed in too',
    zh: '在可见的浏览器里登录一次，然后确认无头浏览器也已登录',
  },
  timeout: {
    en: 'how long to wait for you (default: setting login.timeout)',
    zh: '最多等你多久（默认：设置 login.timeout）',
  },
  yes: {
    en: 'create the first key without asking, if the account has none',
    zh: '账号还没有密钥时，不询问，直接创建第一个',
  },
  createKey: {
    en: 'The account has no API key yet. Create its first one now?',
    zh: '这个账号还没有 API 密钥。现在创建第一个吗？',
  },
  isKept: {
    en: 'the sign-in also works in a headless browser; unattended renewals can use it',
    zh: '无头浏览器也已登录，之后可以无人值守续期',
  },
  lookAtConsole: {
    en: "open the console's key page and delete any key there that you cannot account for",
    zh: '请打开控制台的密钥页面，删除来历不明的密钥',
  },
  renewsFrom: (time: string): Text => ({
    en: `keyturn refresh (run it every hour) renews the key from ${time} on`,
    zh: `keyturn refresh（每小时运行一次，${time} 起为密钥续期）`,
  }),
  created: { en: 'the first key was created', zh: '已创建第一个密钥' },
  adopted: { en: 'keyturn now manages the key from the console', zh: '已接管控制台里的密钥' },
  key: (how: Text, key: string, expiresAt: string | undefined, verified: Text): Text => ({
    en: `${how.en}: ${key}${until(expiresAt).en || ', no expiry shown'}${verified.en}`,
    zh: `${how.zh}：${key}${until(expiresAt).zh || '，没有显示有效期'}${verified.zh}`,
  }),
  verified: { en: ', verified with the service', zh: '，服务已验证' },
  notVerified: ({ en, zh }: Text): Text => ({ en: ` (not verified: ${en})`, zh: `（未验证：${zh}）` }),
  known: (expiresAt: string | undefined): Text => ({
    en: `keyturn already has this key${until(expiresAt).en}`,
    zh: `这就是 keyturn 已有的密钥${until(expiresAt).zh}`,
  }),
  noKey: { en: 'the account has no key yet, and none was created', zh: '这个账号还没有密钥，也没有创建' },
  hidden: (mask: string | undefined, expiresAt: string | undefined): Text => ({
    en:
      `the console shows only a mask of the key${mask ? ` (${mask})` : ''}${until(expiresAt).en}; ` +
      'the next refresh resets the key, and the old one stops working at once',
    zh:
      `控制台只显示打码的密钥${mask ? `（${mask}）` : ''}${until(expiresAt).zh}；` +
      '下一次 refresh 会重置密钥，旧密钥随即失效',
  }),
  notSeen: (detail: Text): Text => ({
    en: `signed in; the console was asked for a key, but no key was seen: ${detail.en}`,
    zh: `已登录；已向控制台申请密钥，但没有看到密钥：${detail.zh}`,
  }),
  notCreated: (detail: Text): Text => ({
    en: `signed in, but no key was created: ${detail.en}`,
    zh: `已登录，但没有创建密钥：${detail.zh}`,
  }),
} as const;
