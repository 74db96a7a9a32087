export const keyTexts = {
  about: { en: 'print the current key and nothing else', zh: '打印当前密钥，不打印别的内容' },
  evenExpired: { en: 'print the key although it has expired', zh: '密钥已过期也打印' },
  validFor: {
    en: 'exit 1 unless the key is valid this much longer, such as 1h',
    zh: '密钥的剩余有效期不足这个时长时以 1 退出，例如 1h',
  },
  renew: {
    en: 'renew the key first if it has expired or --valid-for asks for more; a young key is left alone',
    zh: '密钥已过期或不满足 --valid-for 时先续期；刚生成不久的密钥不会更换',
  },
} as const;
