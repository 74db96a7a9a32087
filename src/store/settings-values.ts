import { basename } from 'node:path';
import { appError } from '../lib/app-error.js';
import { settingsErrors } from '../lib/settings-errors.js';
import { settingsProblems, type SettingsProblem } from '../messages/settings-errors.js';
import { settingMeanings } from '../messages/settings.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { readEnvFile, type EnvFile } from './dot-env.js';
import { homePaths } from './home.js';
import { readPrivateFile } from '../lib/private-files.js';
import { settingRow, settingsTable, type SettingKey, type SettingRow, type SettingValue } from './settings-table.js';
import { isPlainObject } from './validate.js';

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
export async function resolveSettings(options: LoadSettingsOptions) {
  const envFile = await readEnvFile(options.env, options.home);
  const path = homePaths(options.home).settings;
  const file = await readSettingsFile(options.home);
  const problems: SettingsProblem[] = unknownKeys(file).map((key) => ({
    key,
    source: path,
    problem: settingsProblems.noSuchSetting(key),
  }));

  const resolve = (row: SettingRow): SettingLine => {
    const { key, env } = row;
    const texts: (readonly [SettingSource, string | undefined])[] = (options.flags ?? [])
      .filter((flag) => flag.key === key)
      .map(({ flag, text }) => [{ kind: 'flag', name: flag }, text]);
    if (env !== undefined) texts.push([{ kind: 'env', name: env }, options.env[env]]);
    if (env !== undefined && envFile && row.inEnvFile) {
      texts.push([{ kind: 'dotenv', name: env, path: envFile.path }, envFile.variables[env]]);
    }
    // Check every source, even an overridden one: an invalid value there would fail later, when it takes effect.
    const found: Pick<SettingLine, 'value' | 'source'>[] = [];
    for (const [source, text] of texts) {
      // An empty variable counts as unset: in many places there is no other way to unset one.
      if (text === undefined || (text === '' && source.kind !== 'flag')) continue;
      const value = valueOf(row, text);
      if (value === undefined) problems.push(problemOf(row, source, text));
      else found.push({ value, source });
    }
    const stored = valueAt(file, key);
    if (stored !== undefined) {
      const source = { kind: 'file', path } as const;
      if (accepts(row, stored)) found.push({ value: stored, source });
      else problems.push(problemOf(row, source, stored));
    }
    const inForce = found[0] ?? { value: row.default, source: { kind: 'default' } as const };
    return { key, ...inForce, description: settingMeanings[key].en };
  };

  const values = Object.fromEntries(settingsTable.map((row) => [row.key, resolve(row)]));
  return { values: values as Readonly<Record<SettingKey, SettingLine>>, problems, envFile };
}

/** The value that a flag, a variable or `config set` means; undefined when it is not one. */
export function valueOf(row: SettingRow, text: string): SettingValue | undefined {
  const value = row.type.fromText ? row.type.fromText(text) : text;
  return accepts(row, value) ? value : undefined;
}

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
export async function readSettingsFile(home: string): Promise<Readonly<Record<string, unknown>>> {
  const path = homePaths(home).settings;
  const text = await readPrivateFile(path);
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const problem = text.trim() === '' ? settingsProblems.empty : settingsProblems.notJson;
    // The parser's message quotes the text, which may contain the app secret.
    throw appError(settingsErrors.settingsFile, { path, problem }, { cause: (cause as Error).name });
  }
  if (!isPlainObject(value))
    throw appError(settingsErrors.settingsFile, { path, problem: settingsProblems.notAnObject });
  return value;
}

export function valueAt(file: Readonly<Record<string, unknown>>, key: string): unknown {
  let value: unknown = file;
  for (const part of key.split('.')) {
    value = isPlainObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }
  return value;
}

/** Describes the invalid value, the expected kind and the source. Never repeats a secret. */
export function problemOf(row: SettingRow, source: SettingSource, value: unknown): SettingsProblem {
  const shown = row.secret ? undefined : shorten(typeof value === 'string' ? `"${value}"` : JSON.stringify(value));
  return { key: row.key, source: describeSource(source), problem: settingsProblems.wrongKind(row.type.kind, shown) };
}

/** `--wait`, `environment NAME`, the env file's name with the variable, the settings file's path, or `default`. */
export function describeSource(source: SettingSource): string {
  switch (source.kind) {
    case 'flag':
      return source.name;
    case 'env':
      return `environment ${source.name}`;
    case 'dotenv':
      return `${basename(source.path)} ${source.name}`;
    case 'file':
      return source.path;
    case 'default':
      return 'default';
  }
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
