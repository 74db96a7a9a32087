import { rm } from 'node:fs/promises';
import { removeCheckpoint } from '../store/checkpoints.js';
import { accountPaths } from '../store/home.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { withAccountLock } from './with-account-lock.js';

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
