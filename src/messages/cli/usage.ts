import type { Text } from '../text.js';

const inChinese: readonly (readonly [RegExp, string])[] = [
  [/^unknown option '(.*)'/, "没有选项 '$1'"],
  [/^unknown command '(.*)'/, "没有命令 '$1'"],
  [/^missing required argument '(.*)'/, "缺少参数 '$1'"],
  [/^option '(.*)' argument missing/, "选项 '$1' 缺少值"],
  [/^required option '(.*)' not specified/, "缺少选项 '$1'"],
  [/^option '(.*?)' argument '(.*)' is invalid\. /, "选项 '$1' 的值 '$2' 无效。"],
  [/^command-argument value '(.*)' is invalid for argument '(.*)'\. /, "参数 '$2' 的值 '$1' 无效。"],
  [/^too many arguments(?: for '(.*)')?\. Expected (\d+) arguments? but got (\d+)/, '参数太多：应为 $2 个，实际 $3 个'],
  [/Allowed choices are (.*)\.$/, '可选：$1。'],
  [/\n\(Did you mean (?:one of )?(.*)\?\)$/, '（是不是想用 $1？）'],
];

/** What commander says of wrong arguments, as sentences. Its messages carry their facts only within their text. */
export function usageProblem(message: string): Text {
  const en = message.replace(/^error: /, '');
  const zh = inChinese.reduce((text, [pattern, words]) => text.replace(pattern, words), en);
  return {
    en: ended(
      en.replace(/^\w/, (letter) => letter.toUpperCase()),
      '.',
    ),
    zh: ended(zh, '。'),
  };
}

function ended(sentence: string, mark: string): string {
  return /[.?!)。？！）]$/.test(sentence) ? sentence : `${sentence}${mark}`;
}

/** Arguments that commander accepts and keyturn does not. */
export const usageTexts = {
  duration: (name: string, value: string): Text => ({
    en: `${name} must be a duration such as 90s, 15m, 84h or 7d, but is "${value}".`,
    zh: `${name} 必须是 90s、15m、84h、7d 这样的时长，而不是“${value}”。`,
  }),
  accountName: (name: string): Text => ({
    en:
      `${JSON.stringify(name.slice(0, 80))} is not a valid account name. Use 1 to 64 lower-case letters, digits, dots, dashes and ` +
      'underscores, start with a letter or a digit, do not end with a dot, and avoid device names of Windows.',
    zh:
      `${JSON.stringify(name.slice(0, 80))} 不能用作账号名。账号名由 1 到 64 个小写字母、数字、点、短横线和下划线组成，` +
      '以字母或数字开头，不以点结尾，也不能是 Windows 的设备名。',
  }),
  unknownSetting: (key: string, near: string | undefined): Text => ({
    en: `There is no setting ${JSON.stringify(key.slice(0, 80))}.${near ? ` Did you mean ${near}?` : ''}`,
    zh: `没有设置 ${JSON.stringify(key.slice(0, 80))}。${near ? `是不是想用 ${near}？` : ''}`,
  }),
  whichAccount: (known: readonly string[]): Text => ({
    en: `There are several accounts. Name one of them: ${known.join(', ')}.`,
    zh: `有多个账号，请指定一个：${known.join('、')}。`,
  }),
  noTerminalToConfirm: (question: Text): Text => ({
    en: `There is no terminal to ask for confirmation. The question: ${question.en}`,
    zh: `没有终端可以询问。要确认的问题：${question.zh}`,
  }),
  variableName: (name: string): Text => ({
    en: `"${name}" is not a valid name for an environment variable.`,
    zh: `“${name}”不能用作环境变量名。`,
  }),
  nothingToChange: (account: string): Text => ({
    en: `No change was given for ${account}.`,
    zh: `没有指定要修改 ${account} 的什么。`,
  }),
  fileExists: (path: string): Text => ({ en: `${path} already exists.`, zh: `${path} 已存在。` }),
  passphrase: (problem: Text): Text => ({
    en: `The passphrase cannot be used: ${problem.en}.`,
    zh: `这个口令不能用：${problem.zh}。`,
  }),
  passphrasesDiffer: { en: 'The two passphrases differ.', zh: '两次输入的口令不一致。' },
  otherPassphraseFile: (source: string, path: string): Text => ({
    en: `${source} names another passphrase file (${path}) and overrides the settings file.`,
    zh: `${source} 指定了另一个口令文件（${path}），优先于设置文件。`,
  }),
  unknownEvent: (event: string, events: readonly string[]): Text => ({
    en: `"${event}" is not an event: ${events.join(', ')}.`,
    zh: `“${event}”不是事件：${events.join('、')}。`,
  }),
  unknownTarget: (account: string, name: string, known: readonly string[]): Text => ({
    en: `The account ${account} has no "${name}". ${known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none yet.'}`,
    zh: `账号 ${account} 没有“${name}”。${known.length > 0 ? `已有：${known.join('、')}。` : '还没有添加任何一个。'}`,
  }),
  targetExists: (account: string, name: string): Text => ({
    en: `The account ${account} already has a target "${name}".`,
    zh: `账号 ${account} 已有投递目标“${name}”。`,
  }),
  programProblem: (program: string, problem: Text): Text => ({
    en: `${program} ${problem.en}.`,
    zh: `${program} ${problem.zh}。`,
  }),
  unpackedForOneUse: (bin: string): Text => ({
    en: `${bin} was unpacked for one use (npx, dlx) and will be removed, so a schedule cannot start it. Install keyturn, then run its schedule install.`,
    zh: `${bin} 是临时解压的（npx、dlx），会被清除，定时任务不能使用它。请先安装 keyturn，再运行它的 schedule install。`,
  }),
  controlCharacter: (text: string): Text => ({
    en: `A schedule cannot contain a line break or a control character: ${JSON.stringify(text)}.`,
    zh: `定时任务里不能有换行符或控制字符：${JSON.stringify(text)}。`,
  }),
  extraWord: (word: string): Text => ({ en: `The argument "${word}" is not expected.`, zh: `多余的参数“${word}”。` }),
  noProgram: (kind: string): Text => ({
    en: `A target of kind ${kind} is a file and runs no program.`,
    zh: `${kind} 类目标是文件，不运行程序。`,
  }),
  onlyFor: (option: string, kinds: string): Text => ({
    en: `${option} is only for a target of kind ${kinds}.`,
    zh: `${option} 只用于这类目标：${kinds}。`,
  }),
  ownFile: (path: string): Text => ({
    en: `${path} is one of keyturn's own files.`,
    zh: `${path} 是 keyturn 自己的文件。`,
  }),
  badTarget: (problems: string): Text => ({
    en: `The target cannot be saved: ${problems}.`,
    zh: `无法保存投递目标：${problems}。`,
  }),
  programAfterDashes: (example: string): Text => ({
    en: `Put the program after --, for example: ${example}`,
    zh: `请把程序写在 -- 之后，例如：${example}`,
  }),
  whichFile: {
    en: 'The file is missing, as in: keyturn account target add work json FILE --at a.b',
    zh: '没有指定文件，例如：keyturn account target add work json FILE --at a.b',
  },
  whereInFile: {
    en: 'Name the place in the file with --at, for example --at providers.iflow.apiKey',
    zh: '请用 --at 指定文件里的位置，例如 --at providers.iflow.apiKey',
  },
  unknownKind: (kind: string, kinds: readonly string[]): Text => ({
    en: `"${kind}" is not a kind of target: ${kinds.join(', ')}.`,
    zh: `没有“${kind}”这种目标：${kinds.join('、')}。`,
  }),
} as const;
