import type { Text } from '../text.js';

/** @param sent the names of the cookies that a request to the key page carries */
const session = (sent: readonly string[], host: string): Text => {
  const names = sent.slice(0, 12).join(', ') + (sent.length > 12 ? ` + ${sent.length - 12}` : '');
  return { en: `it sends ${host} the cookies ${names}`, zh: `会向 ${host} 发送 Cookie ${names}` };
};

export const accountTexts = {
  about: { en: 'add, import, change, list or remove accounts', zh: '添加、导入、修改、列出或删除账号' },
  newName: { en: 'lower-case letters, digits, dots, dashes, underscores', zh: '小写字母、数字、点、短横线、下划线' },
  add: { en: 'add an account; then sign in with keyturn login', zh: '添加账号；然后用 keyturn login 登录' },
  added: (name: string, site: string): Text => ({
    en: `account ${name} was added (site ${site})`,
    zh: `已添加账号 ${name}（站点 ${site}）`,
  }),
  site: { en: 'a built-in site, or the path of a site profile', zh: '内置站点的名字，或站点配置文件的路径' },
  baseUrl: {
    en: "the console's address; default: from the site profile",
    zh: '控制台的地址；default：使用站点配置里的地址',
  },
  allowHttp: {
    en: 'send cookies and keys to a public address by plain http, too',
    zh: '允许用明文 http 向公网地址发送 Cookie 和密钥',
  },
  probeUrl: {
    en: 'where new keys are verified; default: from the site profile; none: they are not',
    zh: '用来验证新密钥的地址；default：使用站点配置里的地址；none：不验证',
  },
  proxy: {
    en: 'http://, https:// or socks5:// proxy of this account; -: ask for it, or read it from a pipe; none: no proxy',
    zh: '这个账号的代理：http://、https:// 或 socks5://；-：提示输入，或从管道读取；none：不用代理',
  },
  keyName: {
    en: "the key's name at the console, if it cannot be read there; default: the one that is read",
    zh: '控制台里密钥的名字，无法从页面读取时需要；default：使用从页面读到的名字',
  },
  import: {
    en: 'add an account from saved cookies; it renews over HTTP without a browser until the site needs a person',
    zh: '用已有的 Cookie 添加账号；在网站要求本人操作之前，只用 HTTP 续期，不用浏览器',
  },
  importFile: {
    en: 'the secrets file of a cookie-replaying script, or cookies exported or copied as cURL from a browser',
    zh: '重放 Cookie 的脚本的密钥文件，或从浏览器导出、以 cURL 格式复制的 Cookie',
  },
  importName: { en: 'account name (default: from the file name)', zh: '账号名（默认：由文件名得出）' },
  update: { en: 'replace the cookies of the existing account --name', zh: '替换已有账号 --name 的 Cookie' },
  importEncrypted: {
    en: 'the file was written by keyturn account export on another machine',
    zh: '文件由另一台机器上的 keyturn account export 写出',
  },
  notBoth: { en: 'Use either --update or --encrypted, not both.', zh: '--update 和 --encrypted 只能用一个。' },
  updateNeedsName: { en: '--update needs --name.', zh: '使用 --update 时，还要用 --name 指定账号。' },
  imported: (name: string, sent: readonly string[], host: string): Text => ({
    en: `account ${name} was imported: ${session(sent, host).en}`,
    zh: `已导入账号 ${name}：${session(sent, host).zh}`,
  }),
  updated: (name: string, sent: readonly string[], host: string): Text => ({
    en: `account ${name} has a new session: ${session(sent, host).en}`,
    zh: `账号 ${name} 的会话已更新：${session(sent, host).zh}`,
  }),
  export: {
    en: 'write an account with its key, session and history to an encrypted file for another machine',
    zh: '把账号及其密钥、会话和历史写进加密文件，以便迁移到另一台机器',
  },
  exportEncrypted: { en: 'may be left out: every export is encrypted', zh: '可省略：总是加密导出' },
  out: {
    en: 'the file to write (default: NAME.keyturn-account in the working folder)',
    zh: '写到哪个文件（默认：当前目录下的 NAME.keyturn-account）',
  },
  passphraseFile: {
    en: 'the file with the passphrase (default: hidden prompt)',
    zh: '存放口令的文件（默认：提示输入，不显示）',
  },
  disableHere: {
    en: 'disable the account here, because the other machine will renew it',
    zh: '在本机停用账号，以后由另一台机器续期',
  },
  list: { en: 'list all accounts with their site and settings', zh: '列出所有账号及其站点和设置' },
  columns: {
    en: ['ACCOUNT', 'SITE', 'ENABLED', 'METHOD', 'BASE URL', 'PROXY'],
    zh: ['账号', '站点', '状态', '续期方式', '控制台地址', '代理'],
  },
  set: { en: 'change the settings of an account; keep its sign-in and key', zh: '修改账号的设置；登录和密钥保持不变' },
  changed: (name: string): Text => ({ en: `account ${name} was changed`, zh: `已修改账号 ${name}` }),
  enable: { en: 'renew the account again', zh: '启用账号，重新为它续期' },
  disable: { en: 'stop renewing the account; keep all its data', zh: '停用账号，不再为它续期；保留全部数据' },
  enabled: (name: string): Text => ({ en: `account ${name} is enabled`, zh: `账号 ${name} 已启用` }),
  disabled: (name: string): Text => ({ en: `account ${name} is disabled`, zh: `账号 ${name} 已停用` }),
  remove: {
    en: 'delete an account with its browser profile, session, key and history',
    zh: '删除账号及其浏览器用户目录、会话、密钥和历史',
  },
  removeQuestion: (name: string): Text => ({
    en: `Delete the sign-in and the key of ${name} from this machine? The key stays valid at the site.`,
    zh: `从本机删除 ${name} 的登录和密钥？密钥在网站上仍然有效。`,
  }),
  removed: (name: string): Text => ({ en: `account ${name} was removed`, zh: `已删除账号 ${name}` }),
} as const;
