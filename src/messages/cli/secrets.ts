import { many, type Text } from '../text.js';

export const secretsTexts = {
  about: {
    en: 'encrypt keys, unfinished rotations and sessions on this disk (off by default)',
    zh: '加密本机磁盘上的密钥、未完成的续期和会话（默认不加密）',
  },
  status: {
    en: 'show whether records are encrypted and whether they can be read now',
    zh: '显示记录是否加密，以及现在能否读取',
  },
  encrypt: {
    en: 'encrypt every record, or change what protects the encryption; safe to interrupt and to repeat',
    zh: '加密所有记录，或更换保护方式；可以中断，也可以重复运行',
  },
  keychain: { en: "use this desktop's keychain", zh: '使用本机桌面的钥匙串' },
  passphraseFile: {
    en: 'use the passphrase in this file (default: the file in the settings)',
    zh: '使用这个文件里的口令（默认：设置里的文件）',
  },
  protectedByWhat: {
    en: 'Choose what protects the records: --keychain or --passphrase-file FILE.',
    zh: '请选择保护方式：--keychain 或 --passphrase-file FILE。',
  },
  decrypt: { en: 'decrypt every record (files with mode 0600)', zh: '解密所有记录（文件权限 0600）' },
  decryptQuestion: {
    en: 'Keys and sessions will not be encrypted on this disk; you and root can read them. Decrypt them?',
    zh: '密钥和会话将以明文存放在本机磁盘上，你和 root 都能读取。确定解密吗？',
  },
  wasInTheClear: {
    en: 'Free disk blocks and backups may still hold what was not encrypted before. keyturn refresh --force creates new keys.',
    zh: '磁盘的空闲块和备份里可能还有加密之前的内容。keyturn refresh --force 会更换成新密钥。',
  },
  encryption: { en: 'encryption:', zh: '加密：' },
  files: (encrypted: number, plain: number): Text => ({
    en: `files: ${encrypted} encrypted, ${plain} not encrypted`,
    zh: `文件：${encrypted} 个已加密，${plain} 个未加密`,
  }),
  states: {
    on: { en: 'on', zh: '已开启' },
    off: { en: 'off', zh: '未开启' },
    'being switched on': { en: 'being switched on', zh: '正在开启' },
    'being switched off': { en: 'being switched off', zh: '正在关闭' },
  },
  since: (time: string): Text => ({ en: ` since ${time}`, zh: `（${time} 起）` }),
  protectedBy: (recipient: string, protectors: readonly Text[]): Text => ({
    en: `, for ${recipient}, whose identity is protected by ${protectors.map(({ en }) => en).join(' and ')}`,
    zh: `，加密给 ${recipient}，身份密钥由${protectors.map(({ zh }) => zh).join('和')}保护`,
  }),
  protectors: {
    keychain: { en: 'the keychain', zh: '钥匙串' },
    passphrase: { en: 'a passphrase file', zh: '口令文件' },
  },
  passphraseFileIs: { en: 'passphrase file:', zh: '口令文件：' },
  report: (records: number, accounts: number, done: Text): Text => ({
    en: `${many(records, 'record')} of ${many(accounts, 'account')} ${records === 1 ? 'was' : 'were'} ${done.en}`,
    zh: `${done.zh} ${accounts} 个账号的 ${records} 个记录`,
  }),
  encrypted: { en: 'encrypted', zh: '已加密' },
  decrypted: { en: 'decrypted', zh: '已解密' },
  bothReadable: {
    en: 'Some accounts are left. Both forms stay readable.',
    zh: '还有账号没有处理；两种形式都仍然可以读取。',
  },
  plainFile: { en: 'not encrypted:', zh: '未加密：' },
} as const;
