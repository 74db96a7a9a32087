import type { Text } from '../text.js';

export const targetTexts = {
  about: {
    en: 'add, list, enable or remove the places where a new key is written',
    zh: '添加、列出、启用或删除密钥的投递目标',
  },
  words: {
    en: 'the file; for a command: --, then the program and its arguments',
    zh: '文件；kind 为 command 时：先写 --，再写程序及其参数',
  },
  kind: (kinds: string): Text => ({ en: kinds, zh: `目标的种类：${kinds}` }),
  add: {
    en: 'deliver each new key to a file or a program; checks the target at once',
    zh: '把每个新密钥投递到文件或程序；会立即检查目标',
  },
  name: { en: 'name of the target (default: from its kind)', zh: '目标的名字（默认：由种类得出）' },
  variable: {
    en: 'variable of an env file or a program (default: from the site profile)',
    zh: 'env 文件或程序的变量名（默认：站点配置里的名字）',
  },
  at: {
    en: 'path in a JSON or YAML file: /providers/iflow/apiKey or providers.iflow.apiKey',
    zh: 'JSON 或 YAML 文件里的位置：/providers/iflow/apiKey 或 providers.iflow.apiKey',
  },
  provider: {
    en: "openclaw: the provider's ID below models.providers",
    zh: 'openclaw：models.providers 下的 provider ID',
  },
  pass: { en: 'command: how the program gets the key', zh: 'command：怎样把密钥传给程序' },
  newline: {
    en: 'command: end the key on stdin with a newline, for programs that read lines',
    zh: 'command：stdin 上的密钥以换行符结尾，用于按行读取的程序',
  },
  replace: {
    en: 'file: replace a text that is no known key, too; a reference or an encrypted value never',
    zh: '文件：也替换不是已知密钥的文本；引用和加密的值不会被替换',
  },
  inPlace: {
    en: 'file: write into the file itself, for a container that mounts this one file (default: where such a mount is seen)',
    zh: '文件：直接写入文件本身，用于只挂载这一个文件的容器（默认：看得到这种挂载时）',
  },
  timeout: { en: 'command: how long it may run (default: 30s)', zh: 'command：最多运行多久（默认：30s）' },
  added: (account: string, target: string, where: string): Text => ({
    en: `each new key of ${account} will be delivered to ${target}: ${where}`,
    zh: `${account} 的每个新密钥都会投递到 ${target}：${where}`,
  }),
  list: { en: 'list the targets of an account', zh: '列出账号的投递目标' },
  noTargets: (account: string): Text => ({ en: `${account} has no target yet.`, zh: `${account} 还没有投递目标。` }),
  columns: { en: ['TARGET', 'KIND', 'WHERE'], zh: ['目标', '种类', '位置'] },
  targetName: { en: 'name of the target', zh: '目标的名字' },
  enable: { en: 'switch on a command that came with an import', zh: '启用导入带来的 command 目标' },
  enabled: (account: string, target: string): Text => ({
    en: `${account}: the target ${target} is on`,
    zh: `${account}：已启用投递目标 ${target}`,
  }),
  remove: { en: 'remove a target; leave the key that is in it', zh: '删除投递目标；已投递的密钥留在原处' },
  removed: (target: string): Text => ({
    en: `the target ${target} was removed; the key in it was left there`,
    zh: `已删除投递目标 ${target}；已投递的密钥留在原处`,
  }),
} as const;
