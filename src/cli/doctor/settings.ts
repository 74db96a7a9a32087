import { shellWord } from '../../errors/shell-word.js';
import type { SettingsProblem } from '../../errors/settings-errors.js';
import { homePaths } from '../../store/home.js';
import { settingRow, type LoadSettingsOptions } from '../../store/settings.js';
import { resolveSettings } from '../../store/settings-values.js';
import type { Finding } from './finding.js';

/** Every wrong setting by itself, with what takes it away. */
export async function settingsFindings(options: LoadSettingsOptions): Promise<Finding[]> {
  const { values, problems } = await resolveSettings(options);
  if (problems.length > 0) return problems.map(findingOf);
  const set = Object.values(values).filter(({ source }) => source.kind !== 'default').length;
  const path = homePaths(options.home).settings;
  return [{ level: 'ok', check: 'settings', text: set === 0 ? 'all as they come' : `${set} set, all valid (${path})` }];
}

function findingOf({ key, source, problem }: SettingsProblem): Finding {
  const variable = /^(environment|\.env) (\S+)$/.exec(source);
  const isKnown = settingRow(key) !== undefined;
  const next =
    variable?.[1] === 'environment'
      ? `unset ${variable[2]}`
      : variable
        ? `take ${variable[2]} out of the file .env in this folder`
        : isKnown
          ? `keyturn config set ${key}`
          : `keyturn config unset ${shellWord(key)}`;
  const what = isKnown ? `${key} (${source}) ${problem}` : `there is no setting "${key}" (${source})`;
  const text = `${what}; no command runs until that is mended`;
  return { level: 'problem', check: 'settings', text, code: 'KT105', next };
}
