import { resolve } from 'node:path';
import { appError } from '../../errors/app-error.js';
import { settingsErrors } from '../../errors/settings-errors.js';
import { usageTexts } from '../../messages/cli/usage.js';
import { createNewFile } from '../../lib/private-files.js';
import { saveAccount } from '../../store/accounts.js';
import { accountPaths } from '../../store/home.js';
import { sealExport } from '../../store/secrets/account-export.js';
import { gatherAccount } from '../../store/secrets/move-account.js';
import { pickAccount } from '../pick-account.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { withAccountLock } from '../with-account-lock.js';
import { chooseNewPassphrase, type PassphraseSource } from './passphrase-source.js';

export interface ExportOptions {
  /** Default: `NAME.keyturn-account` in the working folder. */
  readonly out?: string;
  readonly passphrase: PassphraseSource;
  /** Switches the account off here once the file is written. */
  readonly disable?: boolean;
}

/**
 * Writes the account to a new file that only this user can read, and only with the passphrase.
 * 1. The passphrase is read before the lock is taken, because the user may type slowly.
 * 2. Under the account's lock its records are gathered; an unfinished rotation is an error.
 * 3. The file is written. It never replaces another one.
 * 4. The account is switched off if the user wants it, and the export is recorded in the history.
 */
export async function exportEncrypted(
  name: string,
  options: ExportOptions,
  context: Pick<ProcessContext, 'env' | 'platform' | 'cwd' | 'clock' | 'signal'>,
): Promise<{ readonly account: string; readonly path: string }> {
  const command = 'keyturn account export';
  const home = homeOf(context);
  const { name: account } = await pickAccount(home, name, 'account export');
  const path = resolve(context.cwd, options.out ?? `${account}.keyturn-account`);
  const passphrase = await chooseNewPassphrase(options.passphrase, command, context);
  const paths = accountPaths(home, account);
  await withAccountLock(paths, command, context, async (addHistory) => {
    const content = await gatherAccount(home, account);
    if (!(await createNewFile(path, await sealExport(content, passphrase)))) {
      throw appError(settingsErrors.usage, { message: usageTexts.fileExists(path), command });
    }
    if (options.disable) await saveAccount(home, { ...content.account, enabled: false });
    await addHistory('exported', { disabled: options.disable === true });
  });
  return { account, path };
}
