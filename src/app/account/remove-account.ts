import { removeAccount as removeFiles } from '../../store/accounts.js';
import { accountPaths } from '../../store/home.js';
import { namedAccounts } from '../pick-account.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { withAccountLock } from '../with-account-lock.js';

/**
 * Deletes the account with its browser profile, session, key and history. A broken account can be removed too.
 * @param confirm asks the user, once the name is known to be an account's
 * @returns false when the user did not confirm
 */
export async function removeAccount(
  name: string,
  confirm: () => Promise<boolean>,
  context: Pick<ProcessContext, 'env' | 'platform' | 'clock' | 'signal'>,
): Promise<boolean> {
  const home = homeOf(context);
  await namedAccounts(home, [name]);
  if (!(await confirm())) return false;
  await withAccountLock(accountPaths(home, name), 'keyturn account remove', context, () => removeFiles(home, name));
  return true;
}
