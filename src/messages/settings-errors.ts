import { shellWord } from './shell-word.js';
import { nothingDone } from './states.js';
import { inEach, same, type Text } from './text.js';

/** One problem in the settings: the path of the key, where the value came from, and what would be right. */
export interface SettingsProblem {
  readonly key: string;
  readonly source: string;
  readonly problem: Text;
  /** The settings file has it, so that `keyturn config unset` takes it out. */
  readonly isInFile: boolean;
}

/** What is wrong with the arguments, with the command whose help explains them or the command to run instead. */
export type Usage = { readonly message: Text } & ({ readonly command: string } | { readonly next: string });

export const settingsErrorTexts = {
  usage: (usage: Usage) => ({
    message: usage.message,
    state: nothingDone,
    hint: same('next' in usage ? usage.next : `${usage.command} --help`),
  }),
  badSettings: ({ problems }: { problems: readonly SettingsProblem[] }) => {
    const lines = inEach((language) =>
      problems.map(({ key, source, problem }) => `  ${key} (${source}): ${problem[language]}`).join('\n'),
    );
    const { length: count } = problems;
    const inFile = problems.find(({ isInFile }) => isInFile);
    return {
      message: {
        en: `${count === 1 ? 'A setting is' : `${count} settings are`} invalid:\n${lines.en}`,
        zh: `${count} 个设置有误：\n${lines.zh}`,
      },
      state: { en: 'Nothing was done, and no setting was changed.', zh: '没有执行任何操作，也没有更改设置。' },
      hint: same(inFile ? `keyturn config unset ${shellWord(inFile.key)}` : 'keyturn config --help'),
    };
  },
  settingsFile: ({ path, problem, fix }: { path: string; problem: Text; fix?: string }) => ({
    message: {
      en: `The settings in ${path} cannot be used: ${problem.en}.`,
      zh: `无法使用 ${path} 里的设置：${problem.zh}。`,
    },
    state: { en: 'The file was neither used nor changed.', zh: '没有使用这个文件，也没有更改它。' },
    hint: same(fix ?? `mv ${shellWord(path)} ${shellWord(`${path}.old`)}`),
  }),
};

/** What is wrong with a setting or with a file of settings. */
export const settingsProblems = {
  /** `shown`: the value; undefined for a secret. */
  wrongKind: (kind: Text, shown: string | undefined): Text => ({
    en: `must be ${kind.en}${shown === undefined ? '' : `, which ${shown} is not`}`,
    zh: `应为：${kind.zh}${shown === undefined ? '' : `；现在是 ${shown}`}`,
  }),
  noSuchSetting: { en: 'there is no such setting', zh: '没有这个设置' },
  empty: { en: 'it is empty', zh: '它是空的' },
  notJson: { en: 'it is not JSON, or it is cut off', zh: '它不是 JSON，或者被截断' },
  notAnObject: { en: 'it is not a JSON object', zh: '它不是 JSON 对象' },
} as const;
