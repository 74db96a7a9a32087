import { shellWord } from './shell-word.js';
import { same, untranslated } from './text.js';

/** One problem in the settings: the path of the key, where the value came from, and what would be right. */
export interface SettingsProblem {
  readonly key: string;
  readonly source: string;
  readonly problem: string;
}

export const settingsErrorTexts = {
  usage: ({ message, command }: { message: string; command: string }) => ({
    message: untranslated(message),
    state: untranslated('Nothing was done.'),
    hint: same(`${command} --help`),
  }),
  badDuration: ({ name, value }: { name: string; value: string }) => ({
    message: untranslated(`${name} must be a duration such as 90s, 15m, 84h or 7d, but is "${value}".`),
    state: untranslated('Nothing was done.'),
    hint: same('keyturn config --help'),
  }),
  accountName: ({ name }: { name: string }) => ({
    message: untranslated(
      `${JSON.stringify(name.slice(0, 80))} cannot be an account name. A name has 1 to 64 lower-case letters, digits, ` +
        'dots, dashes and underscores, begins with a letter or a digit, does not end with a dot, and is not a device name of Windows.',
    ),
    state: untranslated('Nothing was done.'),
    hint: same('keyturn account list'),
  }),
  noHome: () => ({
    message: untranslated(
      'This user has no home folder, and KEYTURN_HOME is not set, so there is no place to keep keys.',
    ),
    state: untranslated('Nothing was done.'),
    hint: same('export KEYTURN_HOME=/path/to/a/private/folder'),
  }),
  badSettings: ({ problems }: { problems: readonly SettingsProblem[] }) => ({
    message: untranslated(
      `${problems.length === 1 ? 'A setting is' : `${problems.length} settings are`} wrong:\n` +
        problems.map(({ key, source, problem }) => `  ${key} (${source}): ${problem}`).join('\n'),
    ),
    state: untranslated('Nothing was done, and no setting was changed.'),
    hint: same('keyturn config --help'),
  }),
  settingsFile: ({ path, problem }: { path: string; problem: string }) => ({
    message: untranslated(`The settings file ${path} cannot be used: ${problem}.`),
    state: untranslated('The file was left as it is, and nothing was done.'),
    hint: same(`Correct the file, or move it away: mv ${shellWord(path)} ${shellWord(`${path}.old`)}`),
  }),
  unknownSetting: ({ key, near }: { key: string; near?: string }) => ({
    message: untranslated(
      `There is no setting ${JSON.stringify(key.slice(0, 80))}.${near ? ` Did you mean ${near}?` : ''}`,
    ),
    state: untranslated('No setting was changed.'),
    hint: same('keyturn config --help'),
  }),
  envFile: ({ path, problem, fix }: { path: string; problem: string; fix: string }) => ({
    message: untranslated(`The env file ${path} cannot be used: ${problem}.`),
    state: untranslated('It was neither used nor changed.'),
    hint: same(fix),
  }),
};
