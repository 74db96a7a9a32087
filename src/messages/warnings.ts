import { listed, type Text } from './text.js';

/** What is wrong, but stops nothing. */
export const warningTexts = {
  /** `problems`: what is wrong with the file; undefined when it is gone. */
  secondCopy: (path: string, problems: readonly string[] | undefined, copy: string): Text => ({
    en: `${path} ${problems ? `is damaged (${problems.join('; ')})` : 'is gone'}; its second copy ${copy} was read instead.`,
    zh: `${path} ${problems ? `已损坏（${problems.join('；')}）` : '不见了'}，改读了它的副本 ${copy}。`,
  }),
  cutOff: (path: string, problems: readonly string[]): Text => ({
    en: `${path} was cut off before the record was complete (${problems.join('; ')}).`,
    zh: `${path} 还没写完就中断了（${problems.join('；')}）。`,
  }),
  rotationCutOff: (path: string): Text => ({
    en: `${path} was cut off, so the console has to show whether that rotation made a key.`,
    zh: `${path} 没有写完，要由控制台显示那次轮换有没有生成密钥。`,
  }),
  setAside: (path: string, problems: readonly string[], aside: string): Text => ({
    en: `${path} was damaged (${problems.join('; ')}); it was moved to ${aside}.`,
    zh: `${path} 已损坏（${problems.join('；')}），已移到 ${aside}。`,
  }),
  notDeliverable: (problems: readonly Text[]): Text => ({
    en: `the new key cannot be delivered everywhere, but the old one is dead or dying: ${listed(problems).en}`,
    zh: `新密钥无法送到所有目标，但旧密钥已经或即将失效：${listed(problems).zh}`,
  }),
  noLastRun: (reason: Text): Text => ({
    en: `the record of the last run is out of reach: ${reason.en}`,
    zh: `无法读写上次运行的记录：${reason.zh}`,
  }),
  keychainEntryLeft: (entry: string, reason: Text): Text => ({
    en: `The keychain still has the entry ${entry} of keyturn, which nothing needs any more: ${reason.en}`,
    zh: `钥匙串里还留有 keyturn 的条目 ${entry}，已不再需要：${reason.zh}`,
  }),
  readableByOthers: (path: string, next: string): Text => ({
    en: `other users can read ${path}; next: ${next}`,
    zh: `其他用户可以读取 ${path}；下一步：${next}`,
  }),
  ignoredVariables: (path: string, names: string, next: string): Text => ({
    en: `ignored in ${path}, as an env file may not set it: ${names}; next: ${next}`,
    zh: `${path} 里的 ${names} 已忽略，env 文件不能设置它；下一步：${next}`,
  }),
  unreadExpiry: (shown: string): Text => ({
    en: `the expiry that the console shows was not understood or makes no sense, so the key may end earlier than keyturn says: "${shown}"`,
    zh: `控制台显示的有效期看不懂或不合理，密钥可能比 keyturn 所说的更早失效：“${shown}”`,
  }),
  otherSites: (sites: string): Text => ({
    en: `Cookies of other sites were left out: ${sites}.`,
    zh: `没有导入其他网站的 Cookie：${sites}。`,
  }),
  expiredCookies: (count: number): Text => ({
    en: `${count} expired ${count === 1 ? 'cookie was' : 'cookies were'} left out.`,
    zh: `没有导入 ${count} 个已过期的 Cookie。`,
  }),
  unknownField: (name: string): Text => ({
    en: `${name} is unknown and was left out.`,
    zh: `${name} 是未知的字段，没有导入。`,
  }),
} as const;
