import type { Text } from '../text.js';

export const notifyTexts = {
  about: { en: 'test the messages to you', zh: '测试发给你的消息' },
  test: { en: 'send a test card in Feishu and wait for your answer', zh: '在飞书里发送测试卡片，等待你的回答' },
  wait: { en: 'how long to wait for your answer', zh: '最多等待回答多久' },
  steps: {
    'signed-in': { en: 'the app ID and the app secret are correct', zh: '应用的 App ID 和 App Secret 正确' },
    connected: { en: 'the long connection is up; button presses can arrive', zh: '长连接已建立，可以收到按钮' },
    'not-connected': { en: 'the long connection did not come up', zh: '长连接没有建立' },
    sent: {
      en: 'a test card is in your chat: press its button now; if nothing happens, reply ok',
      zh: '测试卡片已发到你的聊天里：现在请点按钮；如果没有反应，请回复“好”',
    },
    'sent-without-buttons': {
      en: 'a test card is in your chat: reply ok',
      zh: '测试卡片已发到你的聊天里：请回复“好”',
    },
    answered: { en: 'your answer arrived over the long connection', zh: '已通过长连接收到你的回答' },
    'answered-by-polling': { en: 'your answer was found by reading the chat', zh: '已通过读取聊天收到你的回答' },
  },
  sent: { en: 'sent', zh: '已发送' },
  connected: { en: 'connected', zh: '长连接' },
  answered: { en: 'answered', zh: '已回答' },
  part: (name: Text, isDone: boolean, time: string): Text => ({
    en: `${name.en}: ${isDone ? 'yes' : 'no'} (${time})`,
    zh: `${name.zh}：${isDone ? '是' : '否'}（${time}）`,
  }),
  works: { en: 'works:', zh: '可用：' },
  byConnection: { en: 'the long connection (buttons and replies)', zh: '长连接（按钮和回复）' },
  byPolling: { en: 'reading the chat (replies, no buttons)', zh: '读取聊天（回复，没有按钮）' },
  unknown: { en: 'unknown: no answer came, but the chat can be read', zh: '未知：没有收到回答，但可以读取聊天' },
  nothing: { en: 'nothing: no answer can arrive', zh: '无：收不到任何回答' },
  advice: { en: 'advice:', zh: '建议：' },
} as const;
