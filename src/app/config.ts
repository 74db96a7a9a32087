import { appError, orAppError } from '../lib/app-error.js';
import { settingsErrors } from '../lib/settings-errors.js';
import { configGet, configSet as setSetting, type LoadSettingsOptions, type SettingLine } from '../store/settings.js';
import { homeOf, type ProcessContext } from './process-context.js';

export { configGet, configList, configUnset, isSecretSetting, settingsPath } from '../store/settings.js';

export function settingSources(context: Pick<ProcessContext, 'env' | 'platform'>): LoadSettingsOptions {
  return { env: context.env, home: homeOf(context) };
}

/** Sets it as the store does, but also refuses with KT105 what a later run would refuse. */
export async function configSet(options: LoadSettingsOptions, key: string, text: string): Promise<SettingLine> {
  const source = 'keyturn config set';
  const flags = [{ key: key as SettingLine['key'], flag: source, text }];
  const refused = await orAppError(tryOut({ ...options, flags }, key));
  if (!refused) return setSetting(options, key, text);
  if (refused.code === settingsErrors.badSettings.code) throw refused;
  const problem = { key, source, problem: refused.texts.message, isInFile: false };
  throw appError(settingsErrors.badSettings, { problems: [problem] });
}

/** Rejects as the part does that uses the setting. */
async function tryOut(options: LoadSettingsOptions, key: string): Promise<void> {
  const read = async <T>(name: SettingLine['key']) => (await configGet(options, name)).value as T;
  if (key === 'browser.path') {
    const { findBrowser } = await import('../browser/find-browser.js');
    findBrowser({ env: options.env, wanted: await read<string>('browser.path') });
  }
  if (key.startsWith('takeover.')) {
    const { requireSafeAddress } = await import('../takeover/reachable-address.js');
    requireSafeAddress({
      host: await read('takeover.host'),
      publicUrl: await read('takeover.publicUrl'),
      allowPrivateHttp: await read('takeover.allowPrivateHttp'),
    });
  }
}
