import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { appError } from '../../errors/app-error.js';
import { storeErrors } from '../../errors/store-errors.js';
import { newRunId } from '../../lib/run-id.js';
import { readError } from '../../lib/system-error.js';
import { appendHistory } from '../../store/history.js';
import { openExport } from '../../store/secrets/account-export.js';
import { installAccount } from '../../store/secrets/move-account.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { absoluteSite } from './account-config.js';
import { readPassphrase, type PassphraseSource } from './passphrase-source.js';

const largestBytes = 64 * 1024 * 1024;

export interface ImportOptions {
  /** Default: the name in the file. */
  readonly name?: string;
  /** In place of the one in the file, e.g. where the site profile has another path on this machine. */
  readonly site?: string;
  readonly passphrase: PassphraseSource;
}

/**
 * Makes the account that an export holds.
 * 1. The file is read and opened with the passphrase, and its site profile is loaded. Nothing is written until then.
 * 2. The account is installed whole, or not at all.
 * 3. The import is recorded in the history.
 */
export async function importEncrypted(
  file: string,
  options: ImportOptions,
  context: Pick<ProcessContext, 'env' | 'platform' | 'cwd' | 'clock'>,
) {
  const { cwd, clock } = context;
  const path = resolve(cwd, file);
  const text = await readText(path);
  const content = await openExport(text, path, await readPassphrase(options.passphrase, context));
  const home = homeOf(context);
  const site = options.site === undefined ? content.account.site : absoluteSite(options.site, cwd);
  const { loadSiteProfile } = await import('../../site/load-profile.js');
  await loadSiteProfile(site);
  // An export may have switched the account off on the other machine; this machine renews it.
  const account = { ...content.account, name: options.name ?? content.account.name, site, enabled: true };
  const paths = await installAccount(home, { ...content, account });
  const at = new Date(clock.now()).toISOString();
  await appendHistory(paths, { at, runId: newRunId(), event: 'imported' });
  return { name: account.name, hasKey: content.key !== undefined, hasSession: content.session !== undefined };
}

async function readText(path: string): Promise<string> {
  let handle;
  try {
    handle = await open(path, 'r');
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > largestBytes) {
      const problem = stats.isFile() ? `it has ${stats.size} bytes` : 'it is not a plain file';
      throw appError(storeErrors.badImport, { path, problems: [problem] });
    }
    return await handle.readFile('utf8');
  } catch (error) {
    throw readError(path, error);
  } finally {
    await handle?.close();
  }
}
