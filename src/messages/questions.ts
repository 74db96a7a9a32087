import { same, type Text } from './text.js';

interface Asked {
  readonly account: string;
  readonly siteTitle: string;
  /** What was seen on the page. */
  readonly seen: Text;
}

/** Where an answer came from; follows "answered by". */
export const answerViaTexts = {
  card: { en: 'the Feishu card', zh: '飞书卡片' },
  chat: { en: 'a Feishu message', zh: '飞书消息' },
  terminal: { en: 'the keyboard', zh: '电脑键盘' },
  unblock: same('keyturn unblock'),
} as const;

/** A question at the terminal. */
export const terminalQuestionTexts = {
  browser: ({ account, siteTitle, seen }: Asked, canDismiss: boolean): Text => ({
    en:
      `${account}: ${siteTitle} waits for you: ${seen.en}\n` +
      `  [Enter] open the browser   [s] remind me in 1 hour   [q] skip this time${canDismiss ? '   [n] not a check' : ''}\n`,
    zh:
      `${account}：${siteTitle} 在等你：${seen.zh}\n` +
      `  [回车] 打开浏览器   [s] 1 小时后提醒   [q] 这次跳过${canDismiss ? '   [n] 这不是验证' : ''}\n`,
  }),
  code: ({ account, siteTitle, seen }: Asked, canResend: boolean): Text => ({
    en:
      `${account}: ${siteTitle} waits for a code: ${seen.en}\n` +
      `  type the code and press [Enter]${canResend ? '   [r] send another code' : ''}   [o] open the browser   ` +
      '[s] remind me in 1 hour   [q] skip this time\n',
    zh:
      `${account}：${siteTitle} 在等验证码：${seen.zh}\n` +
      `  输入验证码后按 [回车]${canResend ? '   [r] 重新发送' : ''}   [o] 打开浏览器   ` +
      '[s] 1 小时后提醒   [q] 这次跳过\n',
  }),
  codeNotes: {
    wrong: { en: 'the site says that the code is wrong', zh: '网站提示验证码错误' },
    expired: {
      en: 'the site says that the code has expired; press [r] to send another one',
      zh: '网站提示验证码已失效，请重新发送',
    },
    unclear: { en: 'the site did not accept the code', zh: '网站没有接受这个验证码' },
    'wrong-length': { en: 'the code has the wrong length', zh: '验证码位数不对' },
    resent: { en: 'a new code was sent', zh: '已重新发送' },
    'resend-later': { en: 'the site cannot send another code yet', zh: '还不能重新发送' },
    'not-resent': { en: 'the page has no button that sends another code', zh: '页面上没有找到“重新发送”' },
  },
  ends: {
    code: (via: Text): Text => ({
      en: `the code came by ${via.en}; typing it into the page`,
      zh: `已通过${via.zh}收到验证码，正在填写`,
    }),
    resend: (via: Text): Text => ({
      en: `answered by ${via.en}: sending another code`,
      zh: `已通过${via.zh}回答：重新发送验证码`,
    }),
    'not-a-check': (via: Text): Text => ({
      en: `answered by ${via.en}: not a check; the run continues`,
      zh: `已通过${via.zh}回答：这不是验证，任务继续`,
    }),
    ready: (via: Text): Text => ({
      en: `answered by ${via.en}: opening the browser`,
      zh: `已通过${via.zh}回答：正在打开浏览器`,
    }),
    declined: (via: Text): Text => ({
      en: `answered by ${via.en}: skipped this time`,
      zh: `已通过${via.zh}回答：这次跳过`,
    }),
  },
  snoozed: (via: Text, until: string): Text => ({
    en: `answered by ${via.en}: reminding you at ${until}`,
    zh: `已通过${via.zh}回答：${until} 再提醒`,
  }),
  unanswered: { en: 'no answer came in time', zh: '没有等到回答' },
  resolvedElsewhere: { en: 'settled elsewhere', zh: '已在别处处理' },
} as const;
