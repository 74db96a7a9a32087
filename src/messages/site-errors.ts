import { same, type Text } from './text.js';

const untouched = { en: 'Nothing was changed at the site.', zh: '没有更改网站上的任何内容。' };

export const siteErrorTexts = {
  profileNotFound: ({ asked, builtIn }: { asked: string; builtIn: readonly string[] }) => ({
    message: {
      en: `There is no site profile "${asked}". It is neither a file nor built in; built in: ${builtIn.join(', ')}.`,
      zh: `没有站点配置“${asked}”。它不是文件，也不是内置配置；内置的有：${builtIn.join('、')}。`,
    },
    state: untouched,
    hint: same('keyturn account add --help'),
  }),
  profileInvalid: ({ file, problems }: { file: string; problems: readonly Text[] }) => ({
    message: {
      en: `The site profile ${file} cannot be used:${problems.map(({ en }) => `\n  ${en}`).join('')}`,
      zh: `无法使用站点配置 ${file}：${problems.map(({ zh }) => `\n  ${zh}`).join('')}`,
    },
    state: untouched,
    hint: { en: 'Correct the file; see docs/site-profiles.md', zh: '请改正这个文件，参见 docs/site-profiles.md' },
  }),
  noProfile: {
    en: 'it is no site profile: it has neither a title nor a baseUrl, a key or a session',
    zh: '它不是站点配置：没有 title、baseUrl、key 和 session',
  },
  tooManyAliases: { en: 'it has too many YAML aliases', zh: '其中的 YAML 别名太多' },
  badAddress: (value: string, why: Text): Text => ({
    en: `"${value}" cannot be used as the address of a site or probe: ${why.en}.`,
    zh: `“${value}”不能用作网站或探测的地址：${why.zh}。`,
  }),
  plainHttp: (origin: string): Text => ({
    en: `${origin} is plain http at a public address: whoever is on the way could read cookies and keys. Use its https address, or insist with --allow-http.`,
    zh: `${origin} 是公网上的明文 http 地址，传输途中的 Cookie 和密钥可能被读取。请使用它的 https 地址；确实需要时加上 --allow-http。`,
  }),
  hasPath: { en: 'the address of a console has no path', zh: '控制台的地址不能带路径' },
  noAddress: { en: 'it is not a full http or https address', zh: '它不是完整的 http 或 https 地址' },
  hasUser: { en: 'it must not contain a user name or password', zh: '其中不能有用户名或密码' },
  missingSection: (site: string, section: 'http' | 'page'): Text => ({
    en: `The site profile ${site} has no ${section} section, so it cannot renew ${section === 'http' ? 'over HTTP' : 'in a browser'}.`,
    zh: `站点配置 ${site} 没有 ${section} 部分，无法${section === 'http' ? '通过 HTTP' : '在浏览器里'}续期。`,
  }),
  /** @param variable the environment variable that names it, if it is not the account's own */
  badProxy: (scheme: string, variable = ''): Text => ({
    en: `The scheme "${scheme}" of the proxy${variable && ` in ${variable}`} is not one of http, https, socks, socks4, socks4a, socks5 and socks5h.`,
    zh: `${variable && `${variable} 里的`}代理的协议“${scheme}”不在 http、https、socks、socks4、socks4a、socks5、socks5h 之中。`,
  }),
};
