import { appError } from '../../errors/app-error.js';
import { settingsErrors } from '../../errors/settings-errors.js';
import { usageTexts } from '../../messages/cli/usage.js';
import { readAccount, saveAccount, type AccountConfig } from '../../store/accounts.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { newAccountConfig, resolveSite, type SiteOptions } from './account-config.js';

type Context = Pick<ProcessContext, 'env' | 'platform'>;

/** What is absent stays. `default` takes an address or the key's name away, `none` takes the proxy away. */
export type AccountChanges = Partial<Omit<SiteOptions, 'site'>>;

export async function addAccount(
  name: string,
  options: SiteOptions,
  context: Pick<ProcessContext, 'env' | 'platform' | 'cwd' | 'clock'>,
): Promise<AccountConfig> {
  const config = await newAccountConfig(name, options, context);
  await saveAccount(homeOf(context), config, { create: true });
  return config;
}

export async function changeAccount(name: string, changes: AccountChanges, context: Context): Promise<void> {
  const home = homeOf(context);
  const config = await readAccount(home, name);
  if (Object.keys(changes).length === 0) {
    const message = usageTexts.nothingToChange(config.name);
    throw appError(settingsErrors.usage, { message, command: 'keyturn account set' });
  }
  const changed: AccountConfig = {
    ...config,
    baseUrl: changedValue(config.baseUrl, changes.baseUrl, 'default'),
    probeUrl: changedValue(config.probeUrl, changes.probeUrl, 'default'),
    proxy: changedValue(config.proxy, changes.proxy, 'none'),
    method: changes.method ?? config.method,
    keyName: changedValue(config.keyName, changes.keyName, 'default'),
  };
  await resolveSite(changed);
  await saveAccount(home, changed);
}

/** `keyturn refresh` leaves out an account that is off. */
export async function switchAccount(name: string, enabled: boolean, context: Context): Promise<void> {
  const home = homeOf(context);
  const config = await readAccount(home, name);
  await saveAccount(home, { ...config, enabled });
}

function changedValue(current: string | undefined, given: string | undefined, unset: string): string | undefined {
  if (given === undefined) return current;
  return given === unset ? undefined : given;
}
