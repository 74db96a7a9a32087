import type { LoadSettingsOptions } from '../store/settings.js';
import { homeOf, type ProcessContext } from './process-context.js';

export { configGet, configList, configSet, configUnset, isSecretSetting, settingsPath } from '../store/settings.js';

export function settingSources(context: Pick<ProcessContext, 'env' | 'platform'>): LoadSettingsOptions {
  return { env: context.env, home: homeOf(context) };
}
