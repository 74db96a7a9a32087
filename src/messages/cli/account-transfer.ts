import type { Text } from '../text.js';

export const transferTexts = {
  noTerminal: {
    en: 'There is no terminal to ask for the passphrase. Name a file that holds it with --passphrase-file.',
    zh: '没有终端可以询问口令。请用 --passphrase-file 指定存放口令的文件。',
  },
  exported: (account: string, path: string): Text => ({
    en: `${account} was exported to ${path}, without its browser profile`,
    zh: `${account} 已导出到 ${path}，不含浏览器用户目录`,
  }),
  twoMachines: (account: string): Text => ({
    en: `warning: two machines that renew one account end each other's keys: keyturn account disable ${account}`,
    zh: `警告：两台机器为同一账号续期会互相作废密钥：keyturn account disable ${account}`,
  }),
  onOther: { en: 'on the other machine,', zh: '在另一台机器上运行' },
  key: { en: 'key', zh: '密钥' },
  session: { en: 'session', zh: '会话' },
  history: { en: 'history', zh: '历史' },
  imported: (name: string, parts: readonly Text[]): Text => ({
    en: `account ${name} was imported: ${parts.map(({ en }) => en).join(', ')}; its browser profile was not part of the export`,
    zh: `已导入账号 ${name}：${parts.map(({ zh }) => zh).join('、')}；导出文件不含浏览器用户目录`,
  }),
} as const;
