import { entry } from './app-error.js';
import { shellWord } from './shell-word.js';

/** One problem in the settings: the path of the key, where the value came from, and what would be right. */
export interface SettingsProblem {
  readonly key: string;
  readonly source: string;
  readonly problem: string;
}

/** KT1xx: wrong arguments and settings. */
export const settingsErrors = {
  usage: entry<{ message: string; command: string }>({
    code: 'KT101',
    title: 'wrong usage',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ message }) => message,
    state: 'Nothing was done.',
    hint: ({ command }) => `${command} --help`,
    byItself: 'nothing: it is told before anything is begun',
    example: { message: "Unknown option '--frobnicate'.", command: 'keyturn refresh' },
  }),
  badDuration: entry<{ name: string; value: string }>({
    code: 'KT102',
    title: 'not a duration',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ name, value }) => `${name} must be a duration such as 90s, 15m, 84h or 7d, but is "${value}".`,
    state: 'Nothing was done.',
    hint: 'keyturn config --help',
    byItself: 'nothing: it is told before anything is begun',
    example: { name: '--wait', value: 'soon' },
  }),
  accountName: entry<{ name: string }>({
    code: 'KT103',
    title: 'not an account name',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ name }) =>
      `${JSON.stringify(name.slice(0, 80))} cannot be an account name. A name has 1 to 64 lower-case letters, digits, ` +
      'dots, dashes and underscores, begins with a letter or a digit, does not end with a dot, and is not a device name of Windows.',
    state: 'Nothing was done.',
    hint: 'keyturn account list',
    byItself: 'nothing: it is told before anything is begun',
    example: { name: 'a/b' },
  }),
  noHome: entry({
    code: 'KT104',
    title: 'no place for state',
    exitCode: 2,
    next: 'fix-settings',
    message: () => 'This user has no home folder, and KEYTURN_HOME is not set, so there is no place to keep keys.',
    state: 'Nothing was done.',
    hint: 'export KEYTURN_HOME=/path/to/a/private/folder',
    byItself: 'nothing: every run says the same until there is a place',
  }),
  badSettings: entry<{ problems: readonly SettingsProblem[] }>({
    code: 'KT105',
    title: 'wrong settings',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ problems }) =>
      `${problems.length === 1 ? 'A setting is' : `${problems.length} settings are`} wrong:\n` +
      problems.map(({ key, source, problem }) => `  ${key} (${source}): ${problem}`).join('\n'),
    state: 'Nothing was done, and no setting was changed.',
    hint: 'keyturn config --help',
    byItself: 'nothing: no account is renewed until the settings are right',
    example: { problems: [{ key: 'handoff.wait', source: 'environment', problem: 'must be a duration' }] },
  }),
  settingsFile: entry<{ path: string; problem: string }>({
    code: 'KT106',
    title: 'unreadable settings file',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path, problem }) => `The settings file ${path} cannot be used: ${problem}.`,
    state: 'The file was left as it is, and nothing was done.',
    hint: ({ path }) => `Correct the file, or move it away: mv ${shellWord(path)} ${shellWord(`${path}.old`)}`,
    byItself:
      'nothing: the file is never rewritten or replaced by keyturn, and no account is renewed until it can be read',
    example: { path: '/home/me/.local/share/keyturn/settings.json', problem: 'it is not JSON, or it is cut off' },
  }),
  unknownSetting: entry<{ key: string; near?: string }>({
    code: 'KT107',
    title: 'no such setting',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ key, near }) =>
      `There is no setting ${JSON.stringify(key.slice(0, 80))}.${near ? ` Did you mean ${near}?` : ''}`,
    state: 'No setting was changed.',
    hint: 'keyturn config --help',
    byItself: 'nothing: it is told before anything is begun',
    example: { key: 'handoff.wiat', near: 'handoff.wait' },
  }),
  envFile: entry<{ path: string; problem: string; fix: string }>({
    code: 'KT108',
    title: 'the env file cannot be used',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path, problem }) => `The env file ${path} cannot be used: ${problem}.`,
    state: 'It was neither used nor changed.',
    hint: ({ fix }) => fix,
    byItself: 'nothing: it refuses the file with every run, and no account is renewed without it',
    example: { path: '/home/me/keyturn.env', problem: 'there is no such file', fix: 'ls -ld /home/me' },
  }),
};
