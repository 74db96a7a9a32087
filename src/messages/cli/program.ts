/** The help of the program itself, and commander's own words. */
export const programTexts = {
  about: {
    en: 'Renews short-lived API keys that can only be renewed on a web page behind a login.',
    zh: '为只能登录网页续期的短期 API 密钥自动续期。',
  },
  version: { en: 'print the version', zh: '打印版本号' },
  help: { en: 'show help', zh: '显示帮助' },
  helpCommand: { en: 'show help for a command', zh: '显示某个命令的帮助' },
  envFile: {
    en: 'read environment variables from this file instead of .env in the state folder',
    zh: '从这个文件读取环境变量，而不是状态目录里的 .env',
  },
  more: {
    en: `
First steps:
  keyturn account add work            add an account at the built-in site iflow
  keyturn login work                  sign in once in a visible browser
  keyturn refresh                     renew keys that are due; safe to run every hour
  keyturn schedule install            renew every hour from now on
  keyturn exec work -- my-agent       run a program with the key in its environment

Exit codes: 0 done or nothing to do, 1 failed, 2 usage or settings, 3 a person is needed,
4 another run holds the account, 10 renewed (refresh --detailed-exitcode).`,
    zh: `
第一步：
  keyturn account add work            添加账号，使用内置站点 iflow
  keyturn login work                  在可见的浏览器里登录一次
  keyturn refresh                     为到期的密钥续期；可以每小时运行
  keyturn schedule install            从现在起每小时续期一次
  keyturn exec work -- my-agent       运行程序，密钥在它的环境变量里

退出码：0 完成或无事可做，1 失败，2 用法或设置有误，3 需要本人操作，
4 账号正被另一次运行占用，10 已续期（refresh --detailed-exitcode）。`,
  },
  completion: { en: 'print a completion script for your shell', zh: '打印 shell 的补全脚本' },
  shell: { en: 'bash, zsh, fish or powershell', zh: 'shell：bash、zsh、fish 或 powershell' },
} as const;

/** Commander's words in Chinese. */
export const commanderWords: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
  '[options]': '[选项]',
  '[command]': '[命令]',
  '(default: ': '（默认：',
  '(choices: ': '（可选：',
  ', default: ': '，默认：',
};
