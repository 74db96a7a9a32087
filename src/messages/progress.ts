import { commandLineTexts } from './command-line.js';
import type { Language, Text } from './text.js';

/** A line about an account: `work: signed in`. */
export function accountLine(language: Language, account: string, text: Text): string {
  return `${account}${commandLineTexts.colon[language]}${text[language]}`;
}

const warning = (text: Text): Text => ({
  en: `${commandLineTexts.warning.en} ${text.en}`,
  zh: `${commandLineTexts.warning.zh}${text.zh}`,
});

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);

const steps = {
  'creating the key': '正在创建密钥',
  'creating the key over HTTP': '正在通过 HTTP 创建密钥',
  'opening a visible browser': '正在打开浏览器',
  'opening the key page': '正在打开密钥页面',
  'reading the key': '正在读取密钥',
  'reading the key over HTTP': '正在通过 HTTP 读取密钥',
  'removed the profile lock that another machine had left': '已删除另一台机器留下的浏览器配置锁',
  'rotating the key': '正在更换密钥',
  'rotating the key over HTTP': '正在通过 HTTP 更换密钥',
  'starting the browser': '正在启动浏览器',
  'no display: starting a private one (Xvfb)': '没有显示器，正在启动专用的显示器（Xvfb）',
  'typing the code': '正在填写验证码',
  'verifying the new key': '正在验证新密钥',
  'waiting for the code': '正在等待验证码',
  'waiting for the new key': '正在等待新密钥',
  'waiting for the person at the browser': '正在等你在浏览器里操作',
  'waiting to open the key page again': '稍后重新打开密钥页面',
  'waiting until another browser fits the machine': '正在等另一个浏览器结束',
  'waiting to read again': '稍后重新读取',
} as const;

/** What a method does, in English; it also crosses the channel of a worker. */
export type Step = keyof typeof steps;

export const stepText = (step: Step): Text => ({ en: step, zh: steps[step] });

/** How a method is called while it runs. */
const methodNames: Readonly<Record<string, string>> = { http: 'HTTP', headless: '无头浏览器', headed: '可见的浏览器' };
export const methodText = (method: string): Text => ({ en: method, zh: methodNames[method] ?? method });

/** What a command prints while it runs. */
export const progressTexts = {
  warning,
  withoutLog: (problem: string): Text => ({
    en: `${problem}; the run continues without it`,
    zh: `${problem}；运行不受影响`,
  }),
  browserWaits: (what: Text): Text => ({
    en: `the browser is open and waits for you: ${what.en}`,
    zh: `浏览器已打开，等你处理：${what.zh}`,
  }),
  asksOwner: (site: string, seen: Text, until: Text | undefined): Text => ({
    en: `${site} needs you: ${seen.en}${until ? `; asks in Feishu, waits until ${until.en}` : ''}`,
    zh: `${site} 需要你处理：${seen.zh}${until ? `；正在飞书询问，等到 ${until.zh}` : ''}`,
  }),
  screenshot: (path: string): Text => ({ en: `redacted screenshot: ${path}`, zh: `打码的截图：${path}` }),
  runNotRecorded: (problem: string): Text =>
    warning({ en: `the run could not be recorded: ${problem}`, zh: `无法记录这次运行：${problem}` }),
  cleared: { en: 'cleared; the run continues by itself', zh: '已通过，自动继续' },
  signedIn: { en: 'signed in', zh: '已登录' },
  loginWaits: (site: string, span: Text, what: keyof typeof actions): Text => ({
    en: `the browser is open at ${site} and waits ${span.en} for you to ${actions[what].en}`,
    zh: `浏览器已打开 ${site}，请在 ${span.zh}内${actions[what].zh}`,
  }),
  /** `skewMs` is positive when this machine's clock is ahead. */
  clockSkew: (skewMs: number): Text => {
    const minutes = Math.round(Math.abs(skewMs) / 60_000);
    return warning({
      en: `this machine's clock is ${minutes} min ${skewMs > 0 ? 'ahead of' : 'behind'} the site's; correct it`,
      zh: `本机时钟比网站${skewMs > 0 ? '快' : '慢'} ${minutes} 分钟，请校准`,
    });
  },
  trace: (file: string): Text => ({
    en: `Playwright trace (keys, cookies and page contents in clear; delete it after use): ${file}`,
    zh: `Playwright 跟踪文件（包含明文的密钥、Cookie 和页面内容，用完请删除）：${file}`,
  }),
  messageNotDelivered: (problem: string | undefined): Text =>
    warning({
      en: `the message to you was not delivered: ${problem ?? 'unknown reason'}`,
      zh: `发给你的消息没有送达：${problem ?? '原因未知'}`,
    }),
  hookDone: (event: string): Text => ({ en: `the hook ${event} finished`, zh: `钩子 ${event} 已完成` }),
  wouldRunHook: (event: string, command: string): Text => ({
    en: `dry run: would run the hook ${event}: ${command} (--run-hooks runs it now, with KEYTURN_DRY_RUN=1)`,
    zh: `演练：将运行钩子 ${event}：${command}（加 --run-hooks 现在就运行，并设置 KEYTURN_DRY_RUN=1）`,
  }),
  delivered: (name: string, where: string): Text => ({
    en: `delivered to ${name}: ${where}`,
    zh: `已送达 ${name}：${where}`,
  }),
  wouldDeliver: (name: string, where: string): Text => ({
    en: `dry run: would deliver the new key to ${name}: ${where}`,
    zh: `演练：将把新密钥投递到 ${name}：${where}`,
  }),
  notDelivered: (reason: string, attempts: number, next: Text): Text =>
    warning({
      en: `${reason} (tried ${times(attempts)}, again after ${next.en})`,
      zh: `${reason}（已尝试 ${attempts} 次，${next.zh} 后重试）`,
    }),

  takeover: {
    ended: {
      'gave-up': { en: 'the takeover page is closed: its owner gave up', zh: '接管页面已关闭：本人放弃了' },
      expired: { en: 'the takeover page is closed: its time is over', zh: '接管页面已关闭：时间已到' },
      closed: { en: 'the takeover page is closed', zh: '接管页面已关闭' },
    },
    notStarted: (why: Text): Text =>
      warning({ en: `the takeover page did not start: ${why.en}`, zh: `接管页面没有启动：${why.zh}` }),
    failure: (reason: Text, hint: Text): Text => ({
      en: `${reason.en} ${commandLineTexts.next.en} ${hint.en}`,
      zh: `${reason.zh} ${commandLineTexts.next.zh}${hint.zh}`,
    }),
    link: (link: string, until: Text, tunnel: string | undefined): Text => ({
      en:
        `there is no desktop here. Help on this page (the link works once, until ${until.en}):\n  ${link}` +
        (tunnel === undefined ? '' : `\n  from another machine, first run: ${tunnel}`),
      zh:
        `这里没有桌面，请在此页面上操作（链接只能用一次，${until.zh} 前有效）：\n  ${link}` +
        (tunnel === undefined ? '' : `\n  从另一台机器打开时，请先运行：${tunnel}`),
    }),
    newLinkKey: { en: 'l and Enter: a new link', zh: '按 l 和回车：获取新链接' },
    noLink: (account: string): Text => ({
      en:
        'there is no desktop here, so nobody can see the browser. For a link to the page, run in a terminal: ' +
        `keyturn unblock ${account} --remote`,
      zh: `这里没有桌面，没有人能看到浏览器。要得到页面链接，请在终端运行：keyturn unblock ${account} --remote`,
    }),
  },
} as const;

const actions = {
  login: { en: 'sign in', zh: '登录' },
  captcha: { en: 'clear the CAPTCHA', zh: '完成人机验证' },
  '2fa': { en: 'enter the code', zh: '输入验证码' },
  overlay: { en: 'close the notice that covers the page', zh: '关闭挡住页面的弹窗' },
};
