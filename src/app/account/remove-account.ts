import { removeAccount as removeFiles } from '../../store/accounts.js';
import { accountPaths } from '../../store/home.js';
import { namedAccounts } from '../pick-account.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { withAccountLock } from '../with-account-lock.js';

/** Removes broken accounts too. Calls `confirm` for a known name only. @returns false without a confirmation */
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
