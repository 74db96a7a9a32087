import { shellWord } from './shell-word.js';
import { nothingDone } from './states.js';
import { same, type Text } from './text.js';

/** One problem in the settings: the path of the key, where the value came from, and what would be right. */
export interface SettingsProblem {
  readonly key: string;
  readonly source: string;
  readonly problem: string;
}

/** What is wrong with the arguments, with the command whose help explains them or the command to run instead. */
type Usage = { readonly message: Text } & ({ readonly command: string } | { readonly next: string });

export const settingsErrorTexts = {
  usage: (usage: Usage) => ({
    message: usage.message,
    state: nothingDone,
    hint: same('next' in usage ? usage.next : `${usage.command} --help`),
  }),
  badSettings: ({ problems, next }: { problems: readonly SettingsProblem[]; next?: string }) => {
    const lines = problems.map(({ key, source, problem }) => `  ${key} (${source}): ${problem}`).join('\n');
    const { length: count } = problems;
    return {
      message: {
        en: `${count === 1 ? 'A setting is' : `${count} settings are`} invalid:\n${lines}`,
        zh: `${count} 个设置有误：\n${lines}`,
      },
      state: { en: 'Nothing was done, and no setting was changed.', zh: '没有执行任何操作，也没有更改设置。' },
      hint: same(next ?? 'keyturn config --help'),
    };
  },
  settingsFile: ({ path, problem, fix }: { path: string; problem: string; fix?: string }) => ({
    message: {
      en: `The settings in ${path} cannot be used: ${problem}.`,
      zh: `无法使用 ${path} 里的设置：${problem}。`,
    },
    state: { en: 'The file was neither used nor changed.', zh: '没有使用这个文件，也没有更改它。' },
    hint: same(fix ?? `mv ${shellWord(path)} ${shellWord(`${path}.old`)}`),
  }),
};
