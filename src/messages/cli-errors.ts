import { nothingDone } from './states.js';
import { same, type Text } from './text.js';

const keyHeldBack = { en: 'The key was neither printed nor passed on.', zh: '没有打印或交出密钥。' };

export const cliErrorTexts = {
  noKey: ({ account }: { account: string }) => ({
    message: { en: `The account ${account} has no key yet.`, zh: `账号 ${account} 还没有密钥。` },
    state: nothingDone,
    hint: same(`keyturn login ${account}`),
  }),
  expiredKey: ({ account, at }: { account: string; at: Text }) => ({
    message: { en: `The key of ${account} expired at ${at.en}.`, zh: `${account} 的密钥已在 ${at.zh} 过期。` },
    state: keyHeldBack,
    hint: same(`keyturn refresh ${account}`),
  }),
  endsSoon: ({ account, at, wanted }: { account: string; at: Text; wanted: Text }) => ({
    message: {
      en: `The key of ${account} expires at ${at.en}, before the ${wanted.en} asked for are over.`,
      zh: `${account} 的密钥将在 ${at.zh} 过期，不足所要求的 ${wanted.zh}。`,
    },
    state: keyHeldBack,
    hint: same(`keyturn refresh ${account} --force`),
  }),
  timeUnknown: ({ account }: { account: string }) => ({
    message: {
      en: `Whether the key of ${account} has expired is not known: its record is from a later time than this machine's clock shows.`,
      zh: `不知道 ${account} 的密钥是否已过期：它的记录晚于本机时钟的时间。`,
    },
    state: keyHeldBack,
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
