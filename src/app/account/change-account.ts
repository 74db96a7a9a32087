import { rm } from 'node:fs/promises';
import { usageError } from '../../lib/settings-errors.js';
import { redactProxy } from '../../lib/redact.js';
import { usageTexts } from '../../messages/cli/usage.js';
import {
  listAccounts,
  readAccount,
  removeAccount as removeFiles,
  saveAccount,
  type AccountConfig,
} from '../../store/accounts.js';
import { removeCheckpoint } from '../../store/checkpoints.js';
import { accountPaths } from '../../store/home.js';
import { namedAccounts } from '../pick-account.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { withAccountLock } from '../account-history.js';
import { changedConfig, newAccountConfig, type SiteOptions } from './account-config.js';

/** All accounts by name, without the user and password of their proxies. */
export async function shownAccounts(context: ProcessContext) {
  const { accounts, broken } = await listAccounts(homeOf(context));
  return { accounts: accounts.map((each) => ({ ...each, proxy: redactProxy(each.proxy) })), broken };
}

export async function addAccount(name: string, options: SiteOptions, context: ProcessContext): Promise<AccountConfig> {
  const config = await newAccountConfig(name, options, context);
  await saveAccount(homeOf(context), config, { create: true });
  return config;
}

export type AccountChanges = Partial<Omit<SiteOptions, 'site'>>;

export async function changeAccount(name: string, changes: AccountChanges, context: ProcessContext): Promise<void> {
  const home = homeOf(context);
  const config = await readAccount(home, name);
  if (Object.keys(changes).length === 0) {
    const message = usageTexts.nothingToChange(config.name);
    throw usageError({ message, command: 'keyturn account set' });
  }
  await saveAccount(home, await changedConfig(config, changes, 'set'));
}

/** `keyturn refresh` leaves out an account that is off. */
export async function switchAccount(name: string, enabled: boolean, context: ProcessContext): Promise<void> {
  const home = homeOf(context);
  await saveAccount(home, { ...(await readAccount(home, name)), enabled });
}

/** Removes broken accounts too. Calls `confirm` for a known name only. @returns false without a confirmation */
export async function removeAccount(name: string, confirm: () => Promise<boolean>, context: ProcessContext) {
  const home = homeOf(context);
  await namedAccounts(home, [name]);
  if (!(await confirm())) return false;
  await withAccountLock(accountPaths(home, name), 'keyturn account remove', context, () => removeFiles(home, name));
  return true;
}

/** Deletes the account's checkpoint, browser profile and screenshots on this machine. Holds the account's lock. */
export async function forgetLogin(account: string, context: ProcessContext): Promise<void> {
  const paths = accountPaths(homeOf(context), account);
  await withAccountLock(paths, 'keyturn logout', context, async (addHistory) => {
    await removeCheckpoint(paths);
    await rm(paths.browser, { recursive: true, force: true, maxRetries: 3 });
    await rm(paths.evidence, { recursive: true, force: true });
    await addHistory('logged-out');
  });
}
