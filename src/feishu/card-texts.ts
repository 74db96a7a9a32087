import type { CodeNote, CodeWanted } from '../core/question.js';
import type { ChallengeKind } from '../core/outcome.js';
import type { Language } from './feishu-settings.js';

/** All texts that a person reads in Feishu, in one language. */
export interface CardTexts {
  readonly wanted: Record<ChallengeKind, string>;
  readonly questionTitle: (site: string, wanted: string) => string;
  readonly account: string;
  readonly site: string;
  readonly what: string;
  readonly keyWorksFor: (span: string, until: string) => string;
  readonly keyDead: (since: string) => string;
  readonly keyUnknown: string;
  readonly answerBefore: (time: string) => string;
  readonly howTo: string;
  readonly orReply: string;
  /** Replaces `orReply` when buttons do not work. */
  readonly byReply: string;
  readonly codeByReply: (canResend: boolean) => string;
  readonly codeHowTo: string;
  readonly codeOrReply: (canResend: boolean) => string;
  readonly codeNote: (note: CodeNote, code: CodeWanted) => string;
  readonly codeField: (digits: number | undefined) => string;
  readonly codeSubmit: string;
  readonly resend: string;
  readonly notACheck: string;
  readonly notListening: (account: string) => string;
  readonly open: string;
  readonly snooze: string;
  readonly skip: string;
  readonly picture: string;
  readonly via: Record<string, string>;
  readonly endReady: (via: string) => string;
  readonly endDeclined: (via: string) => string;
  readonly endSnoozed: (via: string, until: string) => string;
  readonly endCode: (via: string) => string;
  readonly endResend: (via: string) => string;
  readonly endNotACheck: (via: string) => string;
  readonly endUnanswered: (account: string) => string;
  readonly endElsewhere: string;
  readonly endAskedAgain: string;
  readonly toastReady: string;
  readonly toastSnoozed: (until: string) => string;
  readonly toastDeclined: string;
  readonly toastCode: string;
  readonly toastResend: string;
  readonly toastNotACheck: string;
  readonly badCode: string;
  readonly refusals: Record<RefusalText, string>;
  readonly whichQuestion: (accounts: readonly string[]) => string;
  readonly notUnderstood: string;
  readonly noCodeWanted: string;
  readonly noResend: string;
  readonly testTitle: string;
  readonly testBody: string;
  readonly testButton: string;
  readonly testDone: string;
  readonly testOver: string;
}

export type RefusalText =
  | 'another-person'
  | 'another-message'
  | 'older-message'
  | 'wrong-nonce'
  | 'expired'
  | 'already-used'
  | 'not-private'
  | 'not-a-person'
  | 'nothing-open';

const numbered = (accounts: readonly string[]) => accounts.map((account, index) => `${index + 1}. ${account}`);

const zh: CardTexts = {
  wanted: { captcha: '需要完成人机验证', login: '需要重新登录', '2fa': '需要输入验证码' },
  questionTitle: (site, wanted) => `${site}：${wanted}`,
  account: '账号',
  site: '网站',
  what: '情况',
  keyWorksFor: (span, until) => `当前密钥还能用 **${span}**（到 ${until}）`,
  keyDead: (since) => `当前密钥已在 ${since} 失效`,
  keyUnknown: '当前密钥的有效期未知',
  answerBefore: (time) => `请在 ${time} 之前回答`,
  howTo: '准备好后请告诉我，keyturn 这时才会在运行它的电脑上打开页面；请到电脑前完成操作，之后会自动继续。',
  orReply: '也可以直接回复：好 / 1h / 跳过',
  byReply: '请直接回复：**好** / **1h** / **跳过**',
  codeByReply: (canResend) => `请直接回复：**验证码数字**${canResend ? ' / **重发**' : ''} / **跳过**`,
  codeHowTo: '页面正开着等验证码，不需要到电脑前。把收到的验证码发给我，keyturn 会替你输入并确认，不会保存。',
  codeOrReply: (canResend) => `也可以直接回复验证码数字${canResend ? '、“重发”' : ''}或“跳过”`,
  codeNote: (note, { attempt, of, digits, resendAfterS }) =>
    ({
      wrong: `❗ 网站说验证码不对，请重新填写（第 ${attempt}/${of} 次）`,
      expired: `❗ 网站说验证码已失效，请先重新发送，再填新的（第 ${attempt}/${of} 次）`,
      unclear: `❗ 网站没有接受这个验证码，请再试一次（第 ${attempt}/${of} 次）`,
      'wrong-length': `❗ 这里要 ${digits ?? ''} 位验证码，请重新填写`,
      resent: '📨 已重新发送，请填写新收到的验证码',
      'resend-later': `⏳ 还不能重新发送${resendAfterS === undefined ? '' : `，约 ${resendAfterS} 秒后再试`}`,
      'not-resent': '❗ 页面上没有找到“重新发送”',
    })[note],
  codeField: (digits) => (digits === undefined ? '验证码' : `${digits} 位验证码`),
  codeSubmit: '提交',
  resend: '重新发送',
  notACheck: '这不是验证',
  notListening: (account) => `现在收不到按钮和回复。若点了没有反应，请在电脑上运行 \`keyturn unblock ${account}\`。`,
  open: '打开浏览器',
  snooze: '1 小时后提醒',
  skip: '这次跳过',
  picture: '页面截图（已打码）',
  via: { card: '飞书卡片', chat: '飞书消息', terminal: '电脑键盘', unblock: 'keyturn unblock' },
  endReady: (via) => `✅ 已通过${via}回答：正在打开浏览器。`,
  endDeclined: (via) => `⏭ 已通过${via}回答：这次跳过。`,
  endSnoozed: (via, until) => `⏰ 已通过${via}回答：${until} 再提醒。`,
  endCode: (via) => `✅ 已通过${via}收到验证码，已交给页面。`,
  endResend: (via) => `📨 已通过${via}回答：重新发送验证码。`,
  endNotACheck: (via) => `☑️ 已通过${via}回答：这不是验证，任务继续；已留下打码的记录。`,
  endUnanswered: (account) =>
    `⌛ 没有等到回答。准备好后请在电脑上运行 \`keyturn unblock ${account}\`，或等下一次提醒。`,
  endElsewhere: '☑️ 已在别处处理。',
  endAskedAgain: '这条提问已由下面的新消息代替。',
  toastReady: '正在打开浏览器',
  toastSnoozed: (until) => `好的，${until} 再提醒`,
  toastDeclined: '好的，这次跳过',
  toastCode: '收到，正在填写',
  toastResend: '好的，重新发送',
  toastNotACheck: '好的，任务继续',
  badCode: '请填写 4–8 位数字验证码。',
  refusals: {
    'another-person': '只有设置好的接收人可以回答。',
    'another-message': '请在收到的原消息上操作，转发的卡片无效。',
    'older-message': '这条消息不是在提问之后发的，不算回答。如果要回答，请再发一次。',
    'wrong-nonce': '这个按钮已失效。',
    expired: '已超过回答时间。',
    'already-used': '已经回答过了。',
    'not-private': '请在与机器人的单聊里回答。',
    'not-a-person': '只接受真人的回答。',
    'nothing-open': '没有正在等待这个回答的任务：它可能已经结束，也可能由另一个进程在等待，可以再点一次。',
  },
  whichQuestion: (accounts) =>
    [
      `有 ${accounts.length} 个问题在等待，说的是哪一个？请回复序号或账号名，或引用对应的那条消息：`,
      ...numbered(accounts),
    ].join('\n'),
  notUnderstood: '没有看懂。可以回复：好（打开浏览器）、30m 或 1h（稍后提醒）、跳过。',
  noCodeWanted: '现在不需要验证码。可以回复：好、1h、跳过。',
  noResend: '现在没有可以重新发送的验证码。',
  testTitle: 'keyturn 测试消息',
  testBody: '请点下面的按钮，确认回答能送达 keyturn。若按钮没有反应，请回复“好”。',
  testButton: '收到了',
  testDone: '✅ 测试通过：你的回答已送达 keyturn。',
  testOver: '⌛ 测试已结束，没有收到回答。',
};

const en: CardTexts = {
  wanted: { captcha: 'a CAPTCHA is waiting for you', login: 'you have to sign in again', '2fa': 'a code is needed' },
  questionTitle: (site, wanted) => `${site}: ${wanted}`,
  account: 'Account',
  site: 'Site',
  what: 'What',
  keyWorksFor: (span, until) => `The current key works for another **${span}** (until ${until})`,
  keyDead: (since) => `The current key has been dead since ${since}`,
  keyUnknown: 'It is not known how long the current key works',
  answerBefore: (time) => `Please answer before ${time}`,
  howTo:
    'keyturn opens the page only when you are ready, on the computer it runs on. Be there to finish it; the rest goes on by itself.',
  orReply: 'Or reply: ok / 1h / skip',
  byReply: 'Please reply **ok** / **1h** / **skip**',
  codeByReply: (canResend) => `Please reply: **the digits**${canResend ? ' / **resend**' : ''} / **skip**`,
  codeHowTo:
    'The page is open and waits for the code; you need not be at the computer. Send me the code: keyturn types it, confirms, and keeps it nowhere.',
  codeOrReply: (canResend) => `Or reply with the digits${canResend ? ', "resend"' : ''} or "skip"`,
  codeNote: (note, { attempt, of, digits, resendAfterS }) =>
    ({
      wrong: `❗ The site says that the code is wrong. Please enter it again (${attempt} of ${of})`,
      expired: `❗ The site says that the code has expired. Have a new one sent first (${attempt} of ${of})`,
      unclear: `❗ The site did not take the code. Please try again (${attempt} of ${of})`,
      'wrong-length': `❗ The code has ${digits ?? 'another number of'} digits here. Please enter it again`,
      resent: '📨 A new code was sent. Please enter that one',
      'resend-later': `⏳ The site does not send another one yet${resendAfterS === undefined ? '' : `; try again in ${resendAfterS} s`}`,
      'not-resent': '❗ The page has nothing that sends another code',
    })[note],
  codeField: (digits) => (digits === undefined ? 'the code' : `the ${digits}-digit code`),
  codeSubmit: 'Submit',
  resend: 'Resend',
  notACheck: 'Not a check',
  notListening: (account) =>
    `Buttons and replies do not arrive at the moment. If nothing happens, run \`keyturn unblock ${account}\` on the computer.`,
  open: 'Open browser',
  snooze: 'Remind me in 1 hour',
  skip: 'Skip this time',
  picture: 'the page, redacted',
  via: { card: 'the card', chat: 'a message', terminal: 'the keyboard', unblock: 'keyturn unblock' },
  endReady: (via) => `✅ Answered by ${via}: opening the browser.`,
  endDeclined: (via) => `⏭ Answered by ${via}: skipped this time.`,
  endSnoozed: (via, until) => `⏰ Answered by ${via}: you will be reminded at ${until}.`,
  endCode: (via) => `✅ The code came by ${via} and was passed to the page.`,
  endResend: (via) => `📨 Answered by ${via}: have another code sent.`,
  endNotACheck: (via) => `☑️ Answered by ${via}: not a check. The run goes on; a redacted record was kept.`,
  endUnanswered: (account) =>
    `⌛ No answer came. When you are ready, run \`keyturn unblock ${account}\` on the computer, or wait for the next reminder.`,
  endElsewhere: '☑️ Settled elsewhere.',
  endAskedAgain: 'This question was replaced by the newer message below.',
  toastReady: 'Opening the browser',
  toastSnoozed: (until) => `You will be reminded at ${until}`,
  toastDeclined: 'Skipped this time',
  toastCode: 'Got it, typing it in',
  toastResend: 'Another code will be sent',
  toastNotACheck: 'The run goes on',
  badCode: 'Please enter a code of 4 to 8 digits.',
  refusals: {
    'another-person': 'Only the configured receiver can answer.',
    'another-message': 'Please use the original message: a forwarded card does not count.',
    'older-message':
      'This message was not written after the question, so it is no answer. To answer, please send it again.',
    'wrong-nonce': 'This button is no longer valid.',
    expired: 'The time to answer is over.',
    'already-used': 'This was answered already.',
    'not-private': 'Please answer in the direct chat with the bot.',
    'not-a-person': 'Only people can answer.',
    'nothing-open':
      'Nothing waits for this answer: it may be over, or another process waits for it; you may press once more.',
  },
  whichQuestion: (accounts) =>
    [
      `${accounts.length} questions are open. Which one do you mean? Reply with its number or account, or quote its message:`,
      ...numbered(accounts),
    ].join('\n'),
  notUnderstood: 'I did not understand. Reply ok (open the browser), 30m or 1h (remind me later), or skip.',
  noCodeWanted: 'No code is needed at the moment. Reply ok, 1h or skip.',
  noResend: 'There is no code that could be sent again.',
  testTitle: 'keyturn test message',
  testBody: 'Please press the button to confirm that answers reach keyturn. If it does nothing, reply ok.',
  testButton: 'Got it',
  testDone: '✅ It works: your answer reached keyturn.',
  testOver: '⌛ The test is over; no answer arrived.',
};

export function cardTexts(language: Language | undefined): CardTexts {
  return language === 'en' ? en : zh;
}

/** Local time such as `3 月 4 日 15:54`; includes the day unless it is today. */
export function localTime(at: number, now: number, language: Language | undefined): string {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    ...(isToday ? {} : { month: 'short', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(date);
}

/** A duration with at most two units: `5 天 3 小时`, `5 days 3 h`. */
export function spanText(ms: number, language: Language | undefined): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const parts: [number, string, string][] = [
    [Math.floor(minutes / 1440), '天', 'd'],
    [Math.floor(minutes / 60) % 24, '小时', 'h'],
    [minutes % 60, '分钟', 'min'],
  ];
  return parts
    .filter(([amount]) => amount > 0)
    .slice(0, 2)
    .map(([amount, chinese, english]) => `${amount} ${language === 'en' ? english : chinese}`)
    .join(' ');
}
