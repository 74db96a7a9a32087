import { inEach, type Text } from './text.js';

const useCurl: Text = {
  en: 'use "Copy as cURL" on the request of the key page instead',
  zh: '请改用密钥页面那个请求的“以 cURL 格式复制”',
};
const instead = (en: string, zh: string): Text => ({ en: `${en}; ${useCurl.en}`, zh: `${zh}；${useCurl.zh}` });

/** What a file or a part of it looks like, and what was imported. Never a cookie's value. */
export const importTexts = {
  noCookie: { en: 'no cookie that keyturn can read', zh: '不是 keyturn 能读的 Cookie' },
  columns: {
    en: 'columns, but not the seven of a cookies.txt (domain, TRUE or FALSE, path, TRUE or FALSE, expiry, name, value)',
    zh: '有多列，但不是 cookies.txt 的七列（域名、TRUE 或 FALSE、路径、TRUE 或 FALSE、有效期、名字、值）',
  },
  setCookie: instead('a Set-Cookie line of an answer', '响应里的 Set-Cookie 行'),
  devtoolsTable: instead("a row of the browser's table of cookies", '浏览器 Cookie 表格里的一行'),
  powershell: instead('a PowerShell command', 'PowerShell 命令'),
  fetchCall: instead('a fetch call, which has no cookies', 'fetch 调用，其中没有 Cookie'),
  html: { en: 'a web page', zh: '网页' },
  curlWithoutCookies: {
    en: 'a curl command without cookies; copy the request of the key page while signed in',
    zh: '没有 Cookie 的 curl 命令；请在登录后复制密钥页面的请求',
  },
  firefoxList: instead('the list of a Firefox extension with its own words', 'Firefox 扩展自有格式的列表'),
  map: {
    en: 'names and values without a domain; write them in one line: name=value; name=value',
    zh: '只有名字和值，没有域名；请写成一行：name=value; name=value',
  },
  har: instead('a HAR file', 'HAR 文件'),
  notJson: { en: 'the file is not JSON, or it is cut off', zh: '文件不是 JSON，或者不完整' },
  empty: { en: 'the file is empty', zh: '文件是空的' },
  cookieMissing: { en: 'cookie is missing', zh: '缺少 cookie' },
  at: (where: string, what: Text): Text => inEach((language) => `${where}: ${what[language]}`),
  whole: (what: Text): Text => ({ en: `the file looks like ${what.en}`, zh: `文件看起来是：${what.zh}` }),
  leftOut: (parts: readonly Text[]): Text => {
    const shown = (language: 'en' | 'zh') => parts.slice(0, 3).map((part) => part[language]);
    const more = parts.length - 3;
    return {
      en:
        `${parts.length} ${parts.length === 1 ? 'part was' : 'parts were'} not understood and left out: ` +
        shown('en').join('; ') +
        (more > 0 ? `; and ${more} more` : ''),
      zh: `有 ${parts.length} 处看不懂，没有导入：${shown('zh').join('；')}${more > 0 ? `；还有 ${more} 处` : ''}`,
    };
  },
  noCookies: (path: string, host: string): Text => ({
    en: `${path} has no cookies for ${host}`,
    zh: `${path} 没有 ${host} 的 Cookie`,
  }),
  noneSent: (names: string, url: string): Text => ({
    en: `none of its cookies would be sent to ${url}: ${names}`,
    zh: `没有任何 Cookie 会发送到 ${url}：${names}`,
  }),
  signInMissing: (names: string): Text => ({
    en: `The cookie that carries the sign-in is not among them: ${names}.`,
    zh: `其中没有保持登录的 Cookie：${names}。`,
  }),
} as const;
