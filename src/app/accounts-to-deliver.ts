import { hasWishes } from '../core/delivery-record.js';
import { appError, type AppError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { storeErrors } from '../errors/store-errors.js';
import { targetTexts } from '../messages/cli/account-target.js';
import { listAccounts, readAccount, type AccountConfig } from '../store/accounts.js';

export interface AccountsToDeliver {
  /** Absent: every account that is enabled and has a target or the hook `renewed`. */
  readonly account?: string;
  readonly onUnreadable: (account: string, error: AppError) => unknown;
}

/** Rejects when there is no account, or none that has a target or the hook `renewed`. */
export async function accountsToDeliver(
  home: string,
  { account: name, onUnreadable }: AccountsToDeliver,
): Promise<readonly AccountConfig[]> {
  if (name !== undefined) {
    const account = await readAccount(home, name);
    if (!hasWishes(account)) throw noTargets(name);
    return [account];
  }
  const { accounts, broken } = await listAccounts(home);
  for (const each of broken) onUnreadable(each.name, each.error);
  const [first] = accounts;
  if (!first && broken.length === 0) throw appError(storeErrors.unknownAccount, {});
  const wanted = accounts.filter((account) => account.enabled && hasWishes(account));
  if (wanted.length === 0 && first) throw noTargets(first.name);
  return wanted;
}

function noTargets(account: string): AppError {
  const next = `keyturn account target add ${account} env ./.env`;
  return appError(settingsErrors.usage, { message: targetTexts.noTargets(account), next });
}
