import type { Text } from './text.js';

const addBot: Text = {
  en: 'Add the Bot ability to the app (应用能力 > 机器人), then create a version and publish it.',
  zh: '请在“应用能力 > 机器人”里添加机器人能力，然后创建版本并发布。',
};

const checkReceiver: Text = {
  en: 'Check feishu.receiver: it must be the open_id of a person, as this app sees it.',
  zh: '请检查 feishu.receiver：它必须是某个人在这个应用里的 open_id。',
};

/** What to do about Feishu's error codes that call for a change in the developer console or the settings. */
const advice: Readonly<Record<number, Text>> = {
  403: {
    en: 'Feishu forbids this app the long connection. The app must be a self-built app (企业自建应用).',
    zh: '飞书不允许这个应用使用长连接。它必须是企业自建应用。',
  },
  514: {
    en: 'Feishu does not accept the app id and secret for the long connection.',
    zh: '飞书不接受这组 App ID 和 App Secret，无法建立长连接。',
  },
  11205: addBot,
  11207: {
    en: 'The app is not in use in this organisation: create a version and publish it, or have the administrator enable it.',
    zh: '这个应用还没有在企业内启用：请创建版本并发布，或请管理员启用。',
  },
  230001: checkReceiver,
  230002: { en: 'The bot is not in that chat.', zh: '机器人不在这个会话里。' },
  230006: addBot,
  230013: {
    en: 'Put the receiver into the app’s availability range (可用范围), then create a version and publish it.',
    zh: '请把接收人加入应用的可用范围，然后创建版本并发布。',
  },
  230027: {
    en: 'Give the app the scope im:message or im:message:send_as_bot, then create a version and publish it.',
    zh: '请给应用开通权限 im:message 或 im:message:send_as_bot，然后创建版本并发布。',
  },
  230099: {
    en: 'The card was not accepted. This is a bug in keyturn; report it with the log id.',
    zh: '卡片没有被接受。这是 keyturn 的缺陷，请附上日志 ID 反馈。',
  },
  99991672: {
    en: 'Give the app the missing scope (权限管理), then create a version and publish it.',
    zh: '请在“权限管理”里开通缺少的权限，然后创建版本并发布。',
  },
  99992351: checkReceiver,
  99992361: {
    en: 'feishu.receiver is the open_id of another app. The same person has a different open_id in each app.',
    zh: 'feishu.receiver 是另一个应用里的 open_id。同一个人在每个应用里的 open_id 都不同。',
  },
  1000040343: {
    en: 'Feishu itself has trouble. Try again in a few minutes.',
    zh: '飞书自身出现故障，请过几分钟再试。',
  },
  1000040350: {
    en: 'All 50 long connections of this app are held by other programs; each event goes to one of them. Use a separate app for keyturn.',
    zh: '这个应用的 50 个长连接都被其他程序占用，每个事件只会发给其中一个。请为 keyturn 单独建一个应用。',
  },
};

export function adviceFor(code: number | undefined): Text | undefined {
  return code === undefined ? undefined : advice[code];
}

/** What does not work without a scope. */
export const withoutScope = {
  send: { en: 'no message can be sent', zh: '无法发送消息' },
  picture: { en: 'questions come without their picture', zh: '提问不带截图' },
  replies: {
    en: 'written replies do not arrive over the long connection, only buttons',
    zh: '长连接只能收到按钮操作，收不到文字回复',
  },
  chat: { en: 'answers cannot be read from the chat', zh: '无法从聊天记录读取回答' },
} as const;

/** What `keyturn notify test` found, and the step in Feishu's console that is missing. */
export const testAdvice = {
  noReply: {
    en: 'The card was sent and the chat can be read, but no reply was found in it.',
    zh: '卡片已发送，聊天也可以读取，但里面没有找到回复。',
  },
  chatUnreadable: (why: Text): Text => ({
    en: `Reading the chat does not work: ${why.en}`,
    zh: `无法读取聊天：${why.zh}`,
  }),
  notConnected: (why: Text): Text => ({
    en: `The card was sent, but the long connection did not come up: ${why.en}`,
    zh: `卡片已发送，但长连接没有建立：${why.zh}`,
  }),
  noReason: { en: 'no reason was given.', zh: '没有说明原因。' },
  checkConnection: {
    en: 'Check that this machine may open WebSocket connections to Feishu, that the app is a self-built one (企业自建应用), and that fewer than 50 clients of this app are connected.',
    zh: '请检查本机能否与飞书建立 WebSocket 连接，应用是否为企业自建应用，以及这个应用的连接数是否少于 50。',
  },
  otherProgram: {
    en: 'The long connection is up but did not bring your answer; reading the chat did. Another program may hold a connection of the same app, or im.message.receive_v1 is not subscribed.',
    zh: '长连接已建立，但没有收到你的回答；读取聊天时收到了。可能有其他程序占用了同一应用的长连接，或没有订阅 im.message.receive_v1。',
  },
  noPress: [
    {
      en: 'The card was sent and the long connection is up, but no press arrived. If the button showed an error (200340), the card callback is not subscribed:',
      zh: '卡片已发送，长连接已建立，但没有收到点击。如果按钮提示错误（200340），说明没有订阅卡片回调：',
    },
    {
      en: '1. 事件与回调 > 回调配置 (its own tab): choose 使用长连接接收回调 while this command runs, and add 卡片回传交互 (card.action.trigger, not the old one).',
      zh: '1. 事件与回调 > 回调配置（单独的标签页）：在这个命令运行时选择“使用长连接接收回调”，并添加“卡片回传交互”（card.action.trigger，不是旧版）。',
    },
    {
      en: '2. 事件与回调 > 事件配置: choose 使用长连接接收事件 and add im.message.receive_v1 with the scope im:message.p2p_msg:readonly, for written replies.',
      zh: '2. 事件与回调 > 事件配置：选择“使用长连接接收事件”，并添加 im.message.receive_v1 和权限 im:message.p2p_msg:readonly，用于文字回复。',
    },
    {
      en: '3. 版本管理与发布: create a version and publish it; nothing of this is in force before.',
      zh: '3. 版本管理与发布：创建版本并发布，之后以上设置才会生效。',
    },
    {
      en: 'If the button seemed to work, another program holds a long connection of the same app: Feishu sends each press to only one of them. Use an app of its own for keyturn.',
      zh: '如果按钮看起来正常，说明有其他程序占用了同一应用的长连接：飞书只把每次点击发给其中一个。请给 keyturn 单独建一个应用。',
    },
  ],
  nowPolling: {
    en: 'keyturn now reads answers from the chat, and its cards have no buttons (feishu.answers polling). To have buttons, see to it that the long connection works, with an app of its own for keyturn; then: keyturn config set feishu.answers auto',
    zh: 'keyturn 现在从聊天里读取回答，卡片不再带按钮（feishu.answers polling）。要使用按钮，请给 keyturn 单独建一个应用，确认长连接可用，然后运行：keyturn config set feishu.answers auto',
  },
};
