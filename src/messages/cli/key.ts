import type { Text } from '../text.js';

export const keyTexts = {
  about: { en: 'print the current key and nothing else', zh: '打印当前密钥，不打印别的内容' },
  expired: (at: string, account: string): Text => ({
    en: `warning: this key expired at ${at}; renew it with: keyturn refresh ${account}`,
    zh: `警告：这个密钥已在 ${at} 过期；请续期：keyturn refresh ${account}`,
  }),
} as const;
