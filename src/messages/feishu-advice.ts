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
