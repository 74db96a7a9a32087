import { appError } from '../lib/app-error.js';
import { settingsErrors } from '../lib/settings-errors.js';
import { usageTexts } from '../messages/cli/usage.js';
import { homePaths } from './home.js';
import { ensurePrivateDir } from '../lib/private-files.js';
import { writeError } from '../lib/system-error.js';
import {
  settingRow,
  settingsSchema,
  settingsTable,
  type SettingRow,
  type Settings,
  type SettingValue,
} from './settings-table.js';
import {
  problemOf,
  readSettingsFile,
  resolveSettings,
  valueAt,
  valueOf,
  type LoadSettingsOptions,
  type SettingLine,
} from './settings-values.js';
import { localeLanguage, type Language } from '../messages/text.js';
import { withValueAt } from '../lib/value-path.js';

export { settingRow, settingsTable, type Settings } from './settings-table.js';
export {
  describeSource,
  type FlagValue,
  type LoadSettingsOptions,
  type SettingLine,
  type SettingSource,
} from './settings-values.js';

/** Rejects with KT105, which lists every problem with its key and the value's source. */
async function validValues(options: LoadSettingsOptions, only?: SettingRow) {
  const { values, problems } = await resolveSettings(options);
  const own = problems.filter(({ key }) => !only || key === only.key);
  if (own.length > 0) throw appError(settingsErrors.badSettings, { problems: own });
  return values;
}

/** Rejects with KT105 for invalid values. */
export async function loadSettings(options: LoadSettingsOptions): Promise<Settings> {
  let groups: unknown = {};
  for (const [key, { value }] of Object.entries(await validValues(options))) {
    groups = withValueAt(groups, key.split('.'), value);
  }
  return settingsSchema.parse(groups);
}

/** Every setting with its value and source; secrets are masked. Rejects for invalid values, as `loadSettings` does. */
export async function configList(options: LoadSettingsOptions): Promise<readonly SettingLine[]> {
  const values = await validValues(options);
  return settingsTable.map((row) => {
    const line = values[row.key];
    return row.secret && line.value !== undefined ? { ...line, value: '•••' } : line;
  });
}

/** One setting; a secret is not masked. An unknown key is a usage error. Problems with other settings are ignored. */
export async function configGet(options: LoadSettingsOptions, key: string): Promise<SettingLine> {
  const row = requireSetting(key);
  return (await validValues(options, row))[row.key];
}

/** Returns the value in force: a flag or variable may override the file. Rejects and keeps a file that is not JSON. */
export async function configSet(options: LoadSettingsOptions, key: string, valueText: string): Promise<SettingLine> {
  const row = requireSetting(key);
  const value = valueOf(row, valueText);
  if (value === undefined) {
    const problem = problemOf(row, { kind: 'flag', name: 'keyturn config set' }, valueText);
    throw appError(settingsErrors.badSettings, { problems: [problem] });
  }
  await changeFile(options.home, row.key, value);
  return configGet(options, row.key);
}

/** Removes a setting from `settings.json`, even an unknown one. Returns whether it was there. */
export async function configUnset(options: LoadSettingsOptions, key: string): Promise<boolean> {
  if (valueAt(await readSettingsFile(options.home), key) === undefined) {
    requireSetting(key);
    return false;
  }
  await changeFile(options.home, key, undefined);
  return true;
}

/** True for settings such as `feishu.appSecret`: never shown, not accepted from argv, typed without echo. */
export function isSecretSetting(key: string): boolean {
  return settingRow(key)?.secret === true;
}

export function settingsPath(home: string): string {
  return homePaths(home).settings;
}

/** With `auto`: the locale's language at the terminal, Chinese in Feishu. */
export function languageFor(
  settings: Pick<Settings, 'language'>,
  audience: 'terminal' | 'feishu',
  env: Readonly<Record<string, string | undefined>>,
): Language {
  if (settings.language !== 'auto') return settings.language;
  if (audience === 'feishu') return 'zh';
  return localeLanguage(env);
}

function requireSetting(key: string): SettingRow {
  const row = settingRow(key);
  if (row) return row;
  const lastPart = (text: string) => text.toLowerCase().split('.').at(-1);
  const near = settingsTable.find((each) => lastPart(each.key) === lastPart(key));
  const message = usageTexts.unknownSetting(key, near?.key);
  throw appError(settingsErrors.usage, { message, command: 'keyturn config' });
}

/** Undefined removes the value. conf reports loose modes and broken JSON poorly, so both are checked first. */
async function changeFile(home: string, key: string, value: SettingValue | undefined): Promise<void> {
  await ensurePrivateDir(home);
  await readSettingsFile(home);
  const { default: Conf } = await import('conf');
  try {
    const conf = new Conf<Record<string, unknown>>({
      cwd: home,
      configName: 'settings',
      configFileMode: 0o600,
      clearInvalidConfig: false,
      // Some editors write a byte order mark.
      deserialize: (text) => JSON.parse(text.replace(/^\ufeff/, '')) as Record<string, unknown>,
    });
    if (value === undefined) conf.delete(key);
    else conf.set(key, value);
  } catch (error) {
    throw writeError(settingsPath(home), error);
  }
}
