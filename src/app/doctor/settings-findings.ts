import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { shellWord } from '../../messages/shell-word.js';
import type { SettingsProblem } from '../../messages/settings-errors.js';
import type { EnvFile } from '../../store/dot-env.js';
import { homePaths } from '../../store/home.js';
import { describeSource, settingRow, type LoadSettingsOptions } from '../../store/settings.js';
import { ignoredVariables, resolveSettings } from '../../store/settings-values.js';
import { note, ok, problem, warning, type Finding } from './finding.js';

export async function settingsFindings(options: LoadSettingsOptions): Promise<Finding[]> {
  const { values, problems, envFile } = await resolveSettings(options);
  const ignored = !envFile
    ? []
    : ignoredVariables(envFile).map(({ name, next }) =>
        warning('settings', `${name} in ${envFile.path} is ignored: an env file may not set it`, { next }),
      );
  if (problems.length > 0) return [...problems.map((each) => findingOf(each, envFile)), ...ignored];
  const set = Object.values(values).filter(({ source }) => source.kind !== 'default').length;
  const path = homePaths(options.home).settings;
  const text = set === 0 ? 'all as they come' : `${set} set, all valid (${path})`;
  return [ok('settings', text), ...ignored];
}

/** Reports a `.env` in the working folder without opening it: it may belong to another program or another user. */
export async function workingFolderFindings(cwd: string, envFile: string): Promise<Finding[]> {
  const path = join(cwd, '.env');
  const [there, ours] = await Promise.all([path, envFile].map((each) => lstat(each).catch(() => undefined)));
  if (!there || (there.dev === ours?.dev && there.ino === ours.ino)) return [];
  const text = `${path} is not read; if it is keyturn's, its place is ${envFile}`;
  const canMove = there.isFile() && !ours && there.uid === (process.geteuid?.() ?? there.uid);
  const folder = (await lstat(dirname(envFile)).catch(() => undefined))
    ? []
    : [`mkdir -pm 700 ${shellWord(dirname(envFile))}`];
  const to = shellWord(envFile);
  const next = canMove ? [...folder, `mv ${shellWord(path)} ${to}`, `chmod 600 ${to}`].join(' && ') : undefined;
  return [note('.env', text, { next })];
}

function findingOf({ key, source, problem: what }: SettingsProblem, envFile: EnvFile | undefined): Finding {
  const row = settingRow(key);
  const name = row?.env ?? '';
  const next =
    source === describeSource({ kind: 'env', name })
      ? `unset ${name}`
      : envFile && source === describeSource({ kind: 'dotenv', name, path: envFile.path })
        ? `\${EDITOR:-vi} ${shellWord(envFile.path)}`
        : row
          ? `keyturn config set ${key}`
          : `keyturn config unset ${shellWord(key)}`;
  const wrong = row ? `${key} (${source}) ${what.en}` : `there is no setting "${key}" (${source})`;
  return problem('settings', `${wrong}; no command runs until that is mended`, { code: 'KT105', next });
}
