import type { Text } from '../text.js';

export const configTexts = {
  about: { en: 'show and change settings', zh: '查看和修改设置' },
  order: {
    en: `Order of precedence: flags, environment variables, the env file (.env in the state folder, or --env-file),
the settings file, defaults.`,
    zh: '优先顺序：命令行选项、环境变量、env 文件（状态目录里的 .env，或 --env-file 指定的文件）、设置文件、默认值。',
  },
  list: { en: 'list every setting with its value and source', zh: '列出每个设置的值和来源' },
  columns: { en: ['SETTING', 'VALUE', 'FROM', 'MEANING'], zh: ['设置', '值', '来源', '含义'] },
  key: { en: 'name of the setting', zh: '设置的名字' },
  get: { en: 'print one setting and nothing else', zh: '打印一个设置的值，不打印别的内容' },
  notSet: (key: string): Text => ({ en: `${key} is not set`, zh: `${key} 没有设置` }),
  set: { en: 'check a value and write it to the settings file', zh: '检查一个值并写进设置文件' },
  value: {
    en: 'omit it for a secret, to type it at a hidden prompt; - reads it from a pipe',
    zh: '要设置的值；机密请省略，随后提示输入，不显示；- 表示从管道读取',
  },
  visible: {
    en: 'warning: other users can see a secret on the command line; omit the value to type it at a hidden prompt',
    zh: '警告：其他用户能看到命令行里的机密；请省略这个值，按提示输入，不显示',
  },
  wasSet: (key: string, overriddenBy: Text | undefined): Text => ({
    en: `${key} was set${overriddenBy ? `, but ${overriddenBy.en} overrides it` : ''}`,
    zh: `已设置 ${key}${overriddenBy ? `，但被 ${overriddenBy.zh} 覆盖` : ''}`,
  }),
  unset: { en: 'remove a setting from the settings file', zh: '从设置文件里删除一个设置' },
  wasUnset: (key: string): Text => ({ en: `${key} was removed`, zh: `已删除 ${key}` }),
  path: { en: 'print the path of the settings file', zh: '打印设置文件的路径' },
  inFile: (name: string, file: string): Text => ({ en: `${name} in ${file}`, zh: `${file} 里的 ${name}` }),
  sources: {
    file: { en: 'settings file', zh: '设置文件' },
    default: { en: 'default', zh: '默认值' },
    flag: { en: 'flag', zh: '命令行选项' },
  },
  secretPrompt: (key: string): Text => ({ en: `${key} (hidden): `, zh: `${key}（不显示）：` }),
  noValue: (key: string, mayPipe: boolean): Text => ({
    en: `${key} needs a value, and there is no terminal to ask for it.${mayPipe ? ' "-" reads it from a pipe.' : ''}`,
    zh: `需要 ${key} 的值，但没有终端可以询问。${mayPipe ? '用 - 可以从管道读取。' : ''}`,
  }),
  nothingTyped: (key: string): Text => ({ en: `No value was typed for ${key}.`, zh: `没有输入 ${key} 的值。` }),
} as const;
