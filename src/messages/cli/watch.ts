export const watchTexts = {
  about: {
    en: 'stay running and renew every key on time; questions wait for quiet hours to end, answers count at any time',
    zh: '一直运行，按时为每个密钥续期；安静时段不提问，但随时接受回答',
  },
  signals: {
    en: 'SIGHUP reloads the settings. SIGTERM and Ctrl-C stop it within five seconds; open questions can still be answered.',
    zh: 'SIGHUP 重新读取设置；SIGTERM 和 Ctrl-C 在五秒内结束运行，之后仍然可以回答未处理的提问。',
  },
} as const;
