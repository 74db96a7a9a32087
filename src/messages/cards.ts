import type { Text } from './text.js';

const numbered = (accounts: readonly string[]) => accounts.map((account, index) => `${index + 1}. ${account}`);

/** What a person reads in Feishu: the cards of questions and the responses to answers. */
export const cardTexts = {
  wanted: {
    captcha: { en: 'a CAPTCHA is waiting for you', zh: '需要完成人机验证' },
    login: { en: 'you have to sign in again', zh: '需要重新登录' },
    '2fa': { en: 'a code is needed', zh: '需要输入验证码' },
    overlay: { en: 'a notice covers the page', zh: '页面被弹窗挡住' },
  },
  questionTitle: (site: string, wanted: Text): Text => ({ en: `${site}: ${wanted.en}`, zh: `${site}：${wanted.zh}` }),
  markExpired: { en: '[key expired] ', zh: '【密钥已失效】' },
  markHours: (hours: number): Text => ({ en: `[key expires within ${hours} h] `, zh: `【密钥 ${hours} 小时内失效】` }),
  markReminder: (count: number): Text => ({ en: `[reminder ${count}] `, zh: `【第 ${count} 次提醒】` }),
  account: { en: 'Account', zh: '账号' },
  site: { en: 'Site', zh: '网站' },
  what: { en: 'What', zh: '情况' },
  keyWorksFor: (span: Text, until: Text): Text => ({
    en: `The current key works for another **${span.en}** (until ${until.en})`,
    zh: `当前密钥还能用 **${span.zh}**（到 ${until.zh}）`,
  }),
  keyDead: (since: Text): Text => ({
    en: `The current key stopped working at ${since.en}`,
    zh: `当前密钥已在 ${since.zh} 失效`,
  }),
  keyUnknown: { en: 'The expiry of the current key is not known', zh: '当前密钥的有效期未知' },
  forced: { en: 'You started this renewal yourself (`--force`)', zh: '这次续期由你手动发起（`--force`）' },
  answerBefore: (time: Text): Text => ({ en: `Please answer before ${time.en}`, zh: `请在 ${time.zh} 之前回答` }),
  toOpen: { press: { en: 'press “Open browser”', zh: '点“打开浏览器”' }, reply: { en: 'reply “ok”', zh: '回复“好”' } },
  howToAtDesk: ({ en, zh }: Text): Text => ({
    en: `When you are ready, ${en}: the page opens on the computer that keyturn runs on. Finish the step there; the run then continues by itself.`,
    zh: `准备好后${zh}，页面会在运行 keyturn 的电脑上打开；请到电脑前完成操作，之后会自动继续。`,
  }),
  howToByPhone: ({ en, zh }: Text): Text => ({
    en: `When you are ready, ${en}: a link comes here. Open it on your phone and finish the step; the run then continues by itself.`,
    zh: `准备好后${zh}，我会把链接发到这里；在手机上打开链接、完成操作，之后会自动继续。`,
  }),
  howToBySsh: (command: string, account: string): Text => ({
    en: [
      'This server has no screen, and your phone has no way to it (`takeover.publicUrl` is not set). To open the page, run on your computer:',
      `\`${command}\``,
      'and then, on the server:',
      `\`keyturn unblock ${account} --remote\``,
      'It prints a link for your browser.',
    ].join('\n'),
    zh: [
      '这台服务器没有屏幕，手机也连不到它（没有设置 `takeover.publicUrl`）。要打开页面，请先在自己的电脑上运行：',
      `\`${command}\``,
      '登录服务器后再运行：',
      `\`keyturn unblock ${account} --remote\``,
      '它会给出一个链接，在电脑的浏览器里打开即可。',
    ].join('\n'),
  }),
  reply: (canOpen: boolean): Text => ({
    en: `please reply ${canOpen ? '**ok** / ' : ''}**1h** / **skip**`,
    zh: `请直接回复：${canOpen ? '**好** / ' : ''}**1h** / **跳过**`,
  }),
  codeReply: (canResend: boolean): Text => ({
    en: `please reply: **the digits**${canResend ? ' / **resend**' : ''} / **skip**`,
    zh: `请直接回复：**验证码数字**${canResend ? ' / **重发**' : ''} / **跳过**`,
  }),
  codeHowTo: {
    en: 'The page is open and waits for the code; you do not have to see it. Send the code here: keyturn types it into the page, confirms it, and does not store it.',
    zh: '页面正开着等验证码，你不用打开它。把收到的验证码发给我，keyturn 会替你输入并确认，不会保存。',
  },
  orReply: ({ en, zh }: Text): Text => ({ en: `Or ${en}`, zh: `或者，${zh}` }),
  codeField: (digits: number | undefined): Text => ({
    en: digits === undefined ? 'the code' : `the ${digits}-digit code`,
    zh: digits === undefined ? '验证码' : `${digits} 位验证码`,
  }),
  codeSubmit: { en: 'Submit', zh: '提交' },
  resend: { en: 'Resend', zh: '重新发送' },
  notACheck: { en: 'False alarm', zh: '误报' },
  notListening: (account: string): Text => ({
    en: `Buttons and replies do not arrive at the moment. If nothing happens, run \`keyturn unblock ${account}\` on the machine that keyturn runs on.`,
    zh: `现在收不到按钮和回复。若点了没有反应，请在运行 keyturn 的机器上执行 \`keyturn unblock ${account}\`。`,
  }),
  open: { en: 'Open browser', zh: '打开浏览器' },
  snooze: { en: 'Remind me in 1 hour', zh: '1 小时后提醒' },
  skip: { en: 'Skip this time', zh: '这次跳过' },
  picture: { en: 'the page, redacted', zh: '页面截图（已打码）' },
  unanswered: (account: string, nextRun: Text | undefined): Text => ({
    en: nextRun
      ? `no answer arrived. Reply ok: the next run, at about ${nextRun.en}, acts on it. To go on now, run \`keyturn unblock ${account}\` on the machine that keyturn runs on.`
      : `no answer arrived. When you are ready, run \`keyturn unblock ${account}\` on the machine that keyturn runs on, or wait for the next reminder.`,
    zh: nextRun
      ? `没有等到回答。回复“好”，下次运行（约 ${nextRun.zh}）会处理；要现在继续，请在运行 keyturn 的机器上执行 \`keyturn unblock ${account}\`。`
      : `没有等到回答。准备好后请在运行 keyturn 的机器上执行 \`keyturn unblock ${account}\`，或等下一次提醒。`,
  }),
  askedAgain: { en: 'This question was replaced by the newer message below.', zh: '这条提问已由下面的新消息代替。' },
  badCode: { en: 'Please enter a code of 4 to 8 digits.', zh: '请填写 4–8 位数字验证码。' },
  refusals: {
    'another-person': { en: 'Only the configured receiver can answer.', zh: '只有设置好的接收人可以回答。' },
    'another-message': {
      en: 'Please use the original message: a forwarded card does not count.',
      zh: '请在收到的原消息上操作，转发的卡片无效。',
    },
    'older-message': {
      en: 'This message was not sent after the question, so it does not count as an answer. To answer, please send it again.',
      zh: '这条消息不是在提问之后发的，不算回答。如果要回答，请再发一次。',
    },
    'wrong-nonce': { en: 'This button is no longer valid.', zh: '这个按钮已失效。' },
    expired: { en: 'The time to answer is over.', zh: '已超过回答时间。' },
    'already-used': { en: 'This was answered already.', zh: '已经回答过了。' },
    'nothing-open': {
      en: 'No run is waiting for this answer. It may have ended, or another process may be waiting; you can press again.',
      zh: '没有正在等待这个回答的任务：它可能已经结束，也可能由另一个进程在等待，可以再点一次。',
    },
  },
  whichQuestion: (accounts: readonly string[]): Text => ({
    en: [
      `${accounts.length} questions are open. Which one do you mean? Reply with its number or account, or quote its message:`,
      ...numbered(accounts),
    ].join('\n'),
    zh: [
      `有 ${accounts.length} 个问题在等待，说的是哪一个？请回复序号或账号名，或引用对应的那条消息：`,
      ...numbered(accounts),
    ].join('\n'),
  }),
  noAnswer: ({ en, zh }: Text): Text => ({
    en: `That is no answer to this question; ${en.replaceAll('**', '')}.`,
    zh: `这不是对这个问题的回答，${zh.replaceAll('**', '')}。`,
  }),
  newLink: { en: 'New link', zh: '获取新链接' },
  howToRenewLink: (hasButtons: boolean): Text => ({
    en: `If the link no longer opens, ${hasButtons ? 'press “New link” or reply' : 'reply'} **link**.`,
    zh: `链接打不开时，${hasButtons ? '点“获取新链接”，或' : '请'}回复**链接**。`,
  }),
  newLinkComes: { en: 'A new link is on its way to this chat.', zh: '新链接马上发到这里。' },
  noOpenPage: {
    en: 'No page is open. If a question is waiting here, answer it to open one.',
    zh: '没有打开的页面。如果这里有提问在等待，回答它就会打开。',
  },
  testTitle: { en: 'keyturn test message', zh: 'keyturn 测试消息' },
  testBody: {
    en: 'Please press the button to confirm that answers reach keyturn. If it does nothing, reply ok.',
    zh: '请点下面的按钮，确认回答能送达 keyturn。若按钮没有反应，请回复“好”。',
  },
  testButton: { en: 'Got it', zh: '收到了' },
  testDone: { en: '✅ It works: your answer reached keyturn.', zh: '✅ 测试通过：你的回答已送达 keyturn。' },
  testOver: { en: '⌛ The test is over; no answer arrived.', zh: '⌛ 测试已结束，没有收到回答。' },
} as const;
