import { resolve } from 'node:path';
import { newRunId } from '../../lib/run-id.js';
import { saveAccount, type RenewMethod } from '../../store/accounts.js';
import { writeCheckpoint } from '../../store/checkpoints.js';
import { accountPaths } from '../../store/home.js';
import { readSecretsFile } from '../../store/import-secrets.js';
import { prepareKeyWrite } from '../../store/key-records.js';
import { acquireLock } from '../../store/lock.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { newAccountConfig, resolveSite, type SiteOptions } from './account-config.js';
import { recordSignIn, type ImportedSession } from './import-session.js';

export interface ImportedAccount extends ImportedSession {
  readonly name: string;
  readonly method: RenewMethod;
}

/**
 * Makes an account from saved cookies.
 * 1. The site profile and its addresses are checked.
 * 2. The file is read; it may name the account and the key.
 * 3. What encrypts the records must be available, because an account without its session would be useless.
 * 4. The account is created, and its session is written under its lock.
 */
export async function importAccount(
  file: string,
  options: SiteOptions & { readonly name?: string },
  context: Pick<ProcessContext, 'env' | 'platform' | 'cwd' | 'clock' | 'signal'>,
): Promise<ImportedAccount> {
  const { cwd, clock, signal } = context;
  const runId = newRunId();
  const home = homeOf(context);
  const draft = await newAccountConfig('draft', options, context);
  const { baseUrl } = await resolveSite(draft);
  const imported = await readSecretsFile(resolve(cwd, file), { baseUrl, now: clock.now });
  const name = options.name ?? imported.suggestedName;
  const config = { ...draft, name, keyName: options.keyName ?? imported.keyName };
  await prepareKeyWrite(accountPaths(home, name));
  const paths = await saveAccount(home, config, { create: true });
  // Without the lock, `keyturn secrets` could rewrite the records at the same time and miss this one.
  const lock = await acquireLock(paths.lock, { command: 'keyturn account import', runId, now: clock.now, signal });
  await writeCheckpoint(paths, imported.checkpoint).finally(() => lock.release());
  await recordSignIn(paths, { runId, at: clock.now() });
  return {
    name,
    method: config.method,
    cookieCount: imported.checkpoint.cookies.length,
    host: new URL(baseUrl).host,
    warnings: imported.warnings,
  };
}
