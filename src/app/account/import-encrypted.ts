import { resolve } from 'node:path';
import { appError } from '../../errors/app-error.js';
import { storeErrors } from '../../errors/store-errors.js';
import { newRunId } from '../../lib/run-id.js';
import { readBoundedFile } from '../../lib/read-bounded-file.js';
import type { Text } from '../../messages/text.js';
import { appendHistory } from '../../store/history.js';
import { openExport } from '../../store/secrets/account-export.js';
import { installAccount } from '../../store/secrets/move-account.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { absoluteSite } from './account-config.js';
import { readPassphrase, type PassphraseSource } from './passphrase-source.js';

const mostBytes = 64 * 1024 * 1024;

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
  const refuse = (reason: Text, cause?: unknown) =>
    appError(storeErrors.badImport, { path, problems: [reason.en] }, { cause });
  return (await readBoundedFile(path, { mostBytes, refuse })).text;
}
