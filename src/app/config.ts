import {
  configGet,
  configList,
  configSet,
  configUnset,
  settingsPath,
  type LoadSettingsOptions,
  type SettingLine,
} from '../store/settings.js';
import { homeOf, type ProcessContext } from './process-context.js';

export { isSecretSetting } from '../store/settings.js';

type Context = Pick<ProcessContext, 'env' | 'platform'>;

/** Every setting; secrets are masked. */
export async function listSettings(context: Context): Promise<readonly SettingLine[]> {
  return configList(sourcesOf(context));
}

/** A secret is returned as it is. */
export async function getSetting(key: string, context: Context): Promise<SettingLine> {
  return configGet(sourcesOf(context), key);
}

/** @returns the setting in force now, which differs where the environment overrides the settings file */
export async function setSetting(key: string, value: string, context: Context): Promise<SettingLine> {
  return configSet(sourcesOf(context), key, value);
}

/** @returns whether the settings file had it */
export async function unsetSetting(key: string, context: Context): Promise<boolean> {
  return configUnset(sourcesOf(context), key);
}

export function settingsFile(context: Context): string {
  return settingsPath(homeOf(context));
}

function sourcesOf(context: Context): LoadSettingsOptions {
  return { env: context.env, home: homeOf(context) };
}
