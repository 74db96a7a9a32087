/** What the help of several commands says. */
export const commonTexts = {
  examples: { en: 'Examples:', zh: '示例：' },
  json: { en: 'print JSON', zh: '以 JSON 格式输出' },
  yes: { en: 'do not ask for confirmation', zh: '不询问，直接执行' },
  account: { en: 'account name', zh: '账号名' },
  onlyAccount: { en: 'account name (optional if there is only one)', zh: '账号名（只有一个账号时可省略）' },
  allAccounts: { en: 'account names (default: all)', zh: '账号名（默认：全部）' },
  enabledAccounts: { en: 'account names (default: all that are enabled)', zh: '账号名（默认：所有已启用的账号）' },
  method: { en: 'how to renew', zh: '续期方式' },
  waitLock: {
    en: 'how long to wait for another run of the same account',
    zh: '同一账号正被另一次运行占用时，最多等待多久',
  },
  handoffWait: {
    en: 'how long to wait for you when the site needs a person (default: setting handoff.wait)',
    zh: '网站需要本人操作时，最多等待多久（默认：设置 handoff.wait）',
  },
  trace: {
    en: 'keep a Playwright trace of the browser; it holds keys, cookies and page contents in clear',
    zh: '保存浏览器的 Playwright 跟踪文件；其中的密钥、Cookie 和页面内容都是明文',
  },
  noAccounts: { en: 'there is no account yet', zh: '还没有账号' },
  on: { en: 'on', zh: '启用' },
  off: { en: 'off', zh: '停用' },
} as const;
