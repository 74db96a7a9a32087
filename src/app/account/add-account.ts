import { saveAccount, type AccountConfig } from '../../store/accounts.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { newAccountConfig, type SiteOptions } from './account-config.js';

export async function addAccount(
  name: string,
  options: SiteOptions,
  context: Pick<ProcessContext, 'env' | 'platform' | 'cwd' | 'clock'>,
): Promise<AccountConfig> {
  const home = homeOf(context);
  const config = await newAccountConfig(name, options, context);
  await saveAccount(home, config, { create: true });
  return config;
}
