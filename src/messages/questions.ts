import { same, type Text } from './text.js';

interface Asked {
  readonly account: string;
  readonly siteTitle: string;
  /** What was seen on the page. */
  readonly seen: Text;
}

/** What a code's attempt is, and what the page asks for. */
interface Code {
  readonly attempt: number;
  readonly of: number;
  readonly digits?: number;
  readonly resendAfterS?: number;
}

/** Why a code is asked for again, or how a request for another code ended. */
export const codeNotes = {
  wrong: ({ attempt, of }: Code): Text => ({
    en: `the site says that the code is wrong; please enter it again (${attempt} of ${of})`,
    zh: `网站提示验证码错误，请重新填写（第 ${attempt}/${of} 次）`,
  }),
  expired: ({ attempt, of }: Code): Text => ({
    en: `the site says that the code has expired; please have a new one sent first (${attempt} of ${of})`,
    zh: `网站提示验证码已失效，请先重新发送，再填新的（第 ${attempt}/${of} 次）`,
  }),
  unclear: ({ attempt, of }: Code): Text => ({
    en: `the site did not accept the code; please try again (${attempt} of ${of})`,
    zh: `网站没有接受这个验证码，请再试一次（第 ${attempt}/${of} 次）`,
  }),
  'wrong-length': ({ digits }: Code): Text => ({
    en: digits === undefined ? 'the code has the wrong length' : `the code must have ${digits} digits`,
    zh: digits === undefined ? '验证码位数不对' : `验证码应为 ${digits} 位`,
  }),
  resent: (): Text => ({ en: 'a new code was sent; please enter that one', zh: '已重新发送，请填写新收到的验证码' }),
  'resend-later': ({ resendAfterS }: Code): Text => ({
    en: `the site cannot send another code yet${resendAfterS === undefined ? '' : `; try again in ${resendAfterS} s`}`,
    zh: `还不能重新发送${resendAfterS === undefined ? '' : `，约 ${resendAfterS} 秒后再试`}`,
  }),
  'not-resent': (): Text => ({ en: 'the page has no button that sends another code', zh: '页面上没有找到“重新发送”' }),
} as const;

const via = {
  card: { en: 'the Feishu card', zh: '飞书卡片' },
  chat: { en: 'a Feishu message', zh: '飞书消息' },
  terminal: { en: 'the keyboard', zh: '电脑键盘' },
  unblock: same('keyturn unblock'),
};

const afterwards = {
  ready: { en: 'opening the browser', zh: '正在打开浏览器' },
  declined: { en: 'skipped this time', zh: '这次跳过' },
  code: { en: 'typing the code into the page', zh: '正在填写验证码' },
  resend: { en: 'the code is sent again', zh: '重新发送验证码' },
  'not-a-check': {
    en: 'false alarm; the run continues, and a redacted record was kept',
    zh: '误报，任务继续；已留下打码的记录',
  },
};

type Answered = { readonly via: keyof typeof via } & (
  { readonly kind: keyof typeof afterwards } | { readonly kind: 'snoozed'; readonly until: string }
);

/** What happens after an answer. */
export function afterAnswer(answered: Answered, timeText: (time: string) => Text): Text {
  if (answered.kind !== 'snoozed') return afterwards[answered.kind];
  const until = timeText(answered.until);
  return { en: `reminding you at ${until.en}`, zh: `${until.zh} 再提醒` };
}

/** Where an answer came from and what happens next: `answered by the keyboard: skipped this time`. */
export function answeredText(answered: Answered, timeText: (time: string) => Text): Text {
  const { en, zh } = afterAnswer(answered, timeText);
  return { en: `answered by ${via[answered.via].en}: ${en}`, zh: `已通过${via[answered.via].zh}回答：${zh}` };
}

export const settledElsewhere: Text = { en: 'settled elsewhere', zh: '已在别处处理' };

/** A question at the terminal. */
export const terminalQuestionTexts = {
  browser: ({ account, siteTitle, seen }: Asked, canDismiss: boolean): Text => ({
    en:
      `${account}: ${siteTitle} waits for you: ${seen.en}\n` +
      `  [Enter] open the browser   [s] remind me in 1 hour   [q] skip this time${canDismiss ? '   [n] false alarm' : ''}\n`,
    zh:
      `${account}：${siteTitle} 在等你：${seen.zh}\n` +
      `  [回车] 打开浏览器   [s] 1 小时后提醒   [q] 这次跳过${canDismiss ? '   [n] 误报' : ''}\n`,
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
  unanswered: { en: 'no answer came in time', zh: '没有等到回答' },
} as const;
