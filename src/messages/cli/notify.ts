export const notifyTexts = {
  about: { en: 'test the messages to you', zh: '测试发给你的消息' },
  test: { en: 'send a test card in Feishu and wait for your answer', zh: '在飞书里发送测试卡片，等待你的回答' },
  wait: { en: 'how long to wait for your answer', zh: '最多等待回答多久' },
  answerNow: {
    connection: {
      en: 'a test card is in your chat: press its button now; if nothing happens, reply ok',
      zh: '测试卡片已发到你的聊天里：现在请点按钮；如果没有反应，请回复“好”',
    },
    polling: { en: 'a test card is in your chat: reply ok', zh: '测试卡片已发到你的聊天里：请回复“好”' },
  },
  works: { en: 'works:', zh: '可用：' },
  ways: {
    connection: { en: 'the long connection (buttons and replies)', zh: '长连接（按钮和回复）' },
    polling: { en: 'reading the chat (replies, no buttons)', zh: '读取聊天（回复，没有按钮）' },
    none: { en: 'not known, as no answer came', zh: '未知，没有收到回答' },
  },
  advice: { en: 'advice:', zh: '建议：' },
} as const;
