export const execTexts = {
  account: {
    en: 'account name (optional if there is only one); what follows -- is the program with its arguments',
    zh: '账号名（只有一个账号时可省略）；-- 后面是程序及其参数',
  },
  about: { en: 'run a program with the current key in its environment', zh: '运行程序，把当前密钥放进它的环境变量' },
  env: { en: 'name of the variable (default: from the site profile)', zh: '环境变量名（默认：站点配置里的名字）' },
} as const;
