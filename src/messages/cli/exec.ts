export const execTexts = {
  words: {
    en: 'the account (optional if there is only one), then --, then the program and its arguments',
    zh: '账号名（只有一个账号时可省略），然后是 --，最后是程序及其参数',
  },
  about: { en: 'run a program with the current key in its environment', zh: '运行程序，把当前密钥放进它的环境变量' },
  env: { en: 'name of the variable (default: from the site profile)', zh: '环境变量名（默认：站点配置里的名字）' },
} as const;
