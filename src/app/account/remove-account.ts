import { newRunId } from '../../lib/run-id.js';
import { listAccounts, readAccount, removeAccount as removeFiles } from '../../store/accounts.js';
import { accountPaths } from '../../store/home.js';
import { acquireLock } from '../../store/lock.js';
import { homeOf, type ProcessContext } from '../process-context.js';

/**
 * Deletes the account with its browser profile, session, key and history.
 * @param confirm asks the user, once the name is known to be an account's
 * @returns false when the user did not confirm
 */
export async function removeAccount(
  name: string,
  confirm: () => Promise<boolean>,
  context: Pick<ProcessContext, 'env' | 'platform'>,
): Promise<boolean> {
  const home = homeOf(context);
  // A broken account can be removed too, so its file is not read first.
  const { accounts, broken } = await listAccounts(home);
  if (![...accounts, ...broken].some((each) => each.name === name)) await readAccount(home, name);
  if (!(await confirm())) return false;
  const lock = await acquireLock(accountPaths(home, name).lock, {
    command: 'keyturn account remove',
    runId: newRunId(),
  });
  try {
    await removeFiles(home, name);
  } finally {
    await lock.release();
  }
  return true;
}
