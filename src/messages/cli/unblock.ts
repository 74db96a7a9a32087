import type { Text } from '../text.js';

export const unblockTexts = {
  account: { en: 'account name (optional if only one is waiting)', zh: '账号名（只有一个账号在等待时可省略）' },
  about: {
    en: 'open the page that is waiting for you; the renewal then continues',
    zh: '打开等你处理的页面；处理完后自动继续续期',
  },
  remote: {
    en: 'show the page on your phone through a link, not in a window here',
    zh: '生成链接，在手机上打开页面，而不是在这里的窗口里',
  },
  wait: {
    en: 'how long the browser stays open for you (default: setting handoff.wait)',
    zh: '浏览器为你打开多久（默认：设置 handoff.wait）',
  },
  joined: {
    en: 'the page is open in another run, which goes on by itself once you are done',
    zh: '页面已在另一次运行中打开，处理完后会自动继续',
  },
  atWork: {
    en: 'another run has your answer and is at work in a browser; it goes on by itself once you are done there',
    zh: '另一次运行已收到你的回答，正在浏览器里继续；你在那里处理完后会自动继续',
  },
  nothingWaits: (account: string): Text => ({
    en: `Nothing is waiting for a person at ${account}.`,
    zh: `${account} 没有等你处理的问题。`,
  }),
} as const;
