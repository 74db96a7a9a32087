import { basename } from 'node:path';
import { isPlainPublic } from '../lib/address-reach.js';
import { appError } from '../lib/app-error.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { orUndefined } from '../lib/or-undefined.js';
import { ensurePrivateDir, readPrivateFile } from '../lib/private-files.js';
import { settingsErrors, usageError } from '../lib/settings-errors.js';
import { writeError } from '../lib/system-error.js';
import { withValueAt } from '../lib/value-path.js';
import { asSentence } from '../messages/failures.js';
import { plainHttp } from '../messages/feishu-errors.js';
import { usageTexts } from '../messages/cli/usage.js';
import { settingsProblems, type SettingsProblem } from '../messages/settings-errors.js';
import { settingMeanings } from '../messages/settings.js';
import { localeLanguage } from '../messages/text.js';
import { readEnvFile, type EnvFile } from './dot-env.js';
import { homePaths } from './home.js';
import {
  settingRow,
  settingsSchema,
  settingsTable,
  type SettingKey,
  type SettingRow,
  type Settings,
  type SettingValue,
} from './settings-table.js';
import { isPlainObject } from './validate.js';

export { settingsTable, type Settings } from './settings-table.js';

type Env = Readonly<Record<string, string | undefined>>;

export type SettingSource =
  | { readonly kind: 'flag' | 'env'; readonly name: string }
  | { readonly kind: 'dotenv'; readonly name: string; readonly path: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'default' };

/** A command-line flag that sets a setting, e.g. `{ key: 'handoff.wait', flag: '--wait', text: '10m' }`. */
export interface FlagValue {
  readonly key: SettingKey;
  readonly flag: string;
  readonly text: string;
}

export interface LoadSettingsOptions {
  readonly env: Env;
  readonly home: string;
  readonly flags?: readonly FlagValue[];
}

export interface SettingLine {
  readonly key: SettingKey;
  readonly value: SettingValue | undefined;
  readonly source: SettingSource;
  readonly description: string;
}

/** Resolves every setting from the source with the highest precedence, and collects every problem. */
async function resolveSettings(options: LoadSettingsOptions) {
  const envFile = await readEnvFile(options.env, options.home);
  const path = homePaths(options.home).settings;
  const file = await readSettingsFile(options.home);
  const problems: SettingsProblem[] = unknownKeys(file).map((key) => ({
    key,
    source: path,
    problem: settingsProblems.noSuchSetting,
    isInFile: true,
  }));

  const resolve = (row: SettingRow): SettingLine => {
    const { key, env: name = '' } = row;
    const given: { readonly source: SettingSource; readonly text: unknown; readonly value: unknown }[] = [];
    const give = (source: SettingSource, text: string | undefined) => {
      if (text !== undefined) given.push({ source, text, value: fromText(row, text) });
    };
    for (const { flag, text } of (options.flags ?? []).filter((each) => each.key === key))
      give({ kind: 'flag', name: flag }, text);
    // An empty variable counts as unset: in many places there is no other way to unset one.
    give({ kind: 'env', name }, options.env[name] || undefined);
    if (envFile && row.inEnvFile)
      give({ kind: 'dotenv', name, path: envFile.path }, envFile.variables[name] || undefined);
    const stored = valueAt(file, key);
    if (stored !== undefined) given.push({ source: { kind: 'file', path }, text: stored, value: stored });
    // Check every source, even an overridden one: an invalid value there would fail later, when it takes effect.
    for (const { source, text, value } of given) if (!accepts(row, value)) problems.push(problemOf(row, source, text));
    const { value, source } = given[0] ?? { value: row.default, source: { kind: 'default' } };
    return { key, value: value as SettingValue | undefined, source, description: settingMeanings[key].en };
  };

  const values = Object.fromEntries(settingsTable.map((row) => [row.key, resolve(row)]));
  return { values: values as Readonly<Record<SettingKey, SettingLine>>, problems, envFile };
}

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
  const value = fromText(row, valueText);
  if (!accepts(row, value)) {
    const problem = problemOf(row, { kind: 'flag', name: 'keyturn config set' }, valueText);
    throw appError(settingsErrors.badSettings, { problems: [problem] });
  }
  const isPlain = row.key === 'feishu.domain' && /^http:/.test(valueText) && isPlainPublic(valueText);
  if (isPlain && (await configGet(options, 'feishu.allowHttp')).value !== true) {
    throw usageError({ message: asSentence(plainHttp(valueText)), next: 'keyturn config set feishu.allowHttp true' });
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
export function languageFor({ language }: Pick<Settings, 'language'>, audience: 'terminal' | 'feishu', env: Env) {
  if (language !== 'auto') return language;
  return audience === 'feishu' ? 'zh' : localeLanguage(env);
}

/** What the text of a flag, a variable or `config set` means. */
const fromText = ({ type }: SettingRow, text: string): unknown => (type.fromText ? type.fromText(text) : text);

const accepts = ({ type }: SettingRow, value: unknown): value is SettingValue => type.schema.safeParse(value).success;

/** The variables that have no effect in an env file, and the commands that set them properly. */
export function ignoredVariables({ variables }: EnvFile): readonly { name: string; next: string }[] {
  return [
    ...settingsTable.flatMap(({ env, inEnvFile, key }) =>
      env === undefined || inEnvFile ? [] : [{ name: env, next: `keyturn config set ${key}` }],
    ),
    { name: 'KEYTURN_HOME', next: 'export KEYTURN_HOME=/path/to/a/private/folder' },
    { name: envFileVariable, next: `export ${envFileVariable}=/path/to/a/private/file` },
  ].filter(({ name }) => variables[name]);
}

/** The file's content; an empty object without a file. Rejects, and never changes, a file that is not a JSON object. */
async function readSettingsFile(home: string): Promise<Readonly<Record<string, unknown>>> {
  const path = homePaths(home).settings;
  const text = await readPrivateFile(path);
  if (text === undefined) return {};
  // The parser's message is no cause to keep: it quotes the text, which may contain the app secret.
  const value = orUndefined((): unknown => JSON.parse(text));
  if (isPlainObject(value)) return value;
  const { empty, notJson, notAnObject } = settingsProblems;
  const problem = value !== undefined ? notAnObject : text.trim() === '' ? empty : notJson;
  throw appError(settingsErrors.settingsFile, { path, problem });
}

function valueAt(file: Readonly<Record<string, unknown>>, key: string): unknown {
  let value: unknown = file;
  for (const part of key.split('.')) {
    value = isPlainObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }
  return value;
}

/** Describes the invalid value, the expected kind and the source. Never repeats a secret. */
function problemOf(row: SettingRow, source: SettingSource, value: unknown): SettingsProblem {
  const shown = row.secret ? undefined : shorten(typeof value === 'string' ? `"${value}"` : JSON.stringify(value));
  const problem = settingsProblems.wrongKind(row.type.kind, shown);
  return { key: row.key, source: describeSource(source), problem, isInFile: source.kind === 'file' };
}

/** `--wait`, `environment NAME`, the env file's name with the variable, the settings file's path, or `default`. */
export function describeSource(source: SettingSource): string {
  if (source.kind === 'env') return `environment ${source.name}`;
  if (source.kind === 'dotenv') return `${basename(source.path)} ${source.name}`;
  if (source.kind === 'file') return source.path;
  return source.kind === 'flag' ? source.name : 'default';
}

function unknownKeys(file: Readonly<Record<string, unknown>>, prefix = ''): string[] {
  return Object.entries(file).flatMap(([part, value]) => {
    const key = `${prefix}${part}`;
    if (settingRow(key)) return [];
    const isGroup = settingsTable.some((row) => row.key.startsWith(`${key}.`));
    return isGroup && isPlainObject(value) ? unknownKeys(value, `${key}.`) : [key];
  });
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function requireSetting(key: string): SettingRow {
  const row = settingRow(key);
  if (row) return row;
  const lastPart = (text: string) => text.toLowerCase().split('.').at(-1);
  const near = settingsTable.find((each) => lastPart(each.key) === lastPart(key));
  const message = usageTexts.unknownSetting(key, near?.key);
  throw usageError({ message, next: 'keyturn config list' });
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
