import { nothingDone } from './states.js';
import { same, type Text } from './text.js';

export const cliErrorTexts = {
  noKey: ({ account }: { account: string }) => ({
    message: { en: `The account ${account} has no key yet.`, zh: `账号 ${account} 还没有密钥。` },
    state: nothingDone,
    hint: same(`keyturn login ${account}`),
  }),
  expiredKey: ({ account, expiredAt }: { account: string; expiredAt: string }) => ({
    message: { en: `The key of ${account} expired at ${expiredAt}.`, zh: `${account} 的密钥已在 ${expiredAt} 过期。` },
    state: { en: 'The program was not started.', zh: '没有启动程序。' },
    hint: same(`keyturn refresh ${account}`),
  }),
  loginUnfinished: ({ account, why }: { account: string; why: Text }) => ({
    message: { en: `The sign-in was not finished: ${why.en}.`, zh: `登录没有完成：${why.zh}。` },
    state: { en: 'The saved sign-in and the key were not changed.', zh: '已保存的登录和密钥没有变化。' },
    hint: same(`keyturn login ${account}`),
  }),
  timedOut: (waited: Text, seen: Text): Text => ({
    en: `the time limit of ${waited.en} passed; the window last showed ${seen.en}`,
    zh: `超过了${waited.zh}的时限；窗口最后显示的是：${seen.zh}`,
  }),
  windowClosed: { en: 'the browser window was closed', zh: '浏览器窗口被关闭' },
  loginNotKept: ({ site, detail, account }: { account: string; site: string; detail: Text }) => ({
    message: {
      en: `You signed in to ${site} in the window, but a headless browser with the same session was not signed in: ${detail.en}`,
      zh: `你已在窗口里登录 ${site}，但使用同一会话的无头浏览器没有登录：${detail.zh}`,
    },
    state: {
      en: 'The session was saved. Unattended renewals may ask for a sign-in.',
      zh: '会话已保存。无人值守的续期可能会要求登录。',
    },
    hint: same(`keyturn refresh ${account} --dry-run`),
  }),
};
