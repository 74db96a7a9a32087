import { resolve } from 'node:path';
import { switchedOff } from '../../core/delivery-record.js';
import { appError } from '../../lib/app-error.js';
import { usageError } from '../../lib/settings-errors.js';
import { storeErrors } from '../../lib/store-errors.js';
import { createNewFile } from '../../lib/private-files.js';
import { newRunId } from '../../lib/run-id.js';
import { readBoundedFile } from '../../lib/read-bounded-file.js';
import { usageTexts } from '../../messages/cli/usage.js';
import type { Text } from '../../messages/text.js';
import { saveAccount, type AccountConfig } from '../../store/accounts.js';
import { appendHistory } from '../../store/history.js';
import { accountPaths } from '../../store/home.js';
import { openExport, sealExport } from '../../store/secrets/account-export.js';
import { gatherAccount, installAccount } from '../../store/secrets/move-account.js';
import { passphraseProblem, readPassphraseFile } from '../../store/secrets/passphrase.js';
import { pickAccount } from '../pick-account.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { withAccountLock } from '../account-history.js';
import { absoluteSite } from './account-config.js';

const mostBytes = 64 * 1024 * 1024;

export interface PassphraseSource {
  /** The file that holds the passphrase; absent: `ask` is called. */
  readonly file?: string;
  /** Asks the user for a secret under this name, e.g. `passphrase again`. */
  readonly ask: (name: string) => Promise<string>;
}

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
export async function exportEncrypted(name: string, options: ExportOptions, context: ProcessContext) {
  const command = 'keyturn account export';
  const home = homeOf(context);
  const { name: account } = await pickAccount(home, name, 'account export');
  const path = resolve(context.cwd, options.out ?? `${account}.keyturn-account`);
  const passphrase = await chooseNewPassphrase(options.passphrase, command, context);
  const paths = accountPaths(home, account);
  await withAccountLock(paths, command, context, async (addHistory) => {
    const content = await gatherAccount(home, account);
    if (!(await createNewFile(path, await sealExport(content, passphrase)))) {
      throw usageError({ message: usageTexts.fileExists(path), command });
    }
    if (options.disable) await saveAccount(home, { ...content.account, enabled: false });
    await addHistory('exported', { disabled: options.disable === true });
  });
  return { account, path };
}

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
export async function importEncrypted(file: string, options: ImportOptions, context: ProcessContext) {
  const { cwd, clock } = context;
  const path = resolve(cwd, file);
  const refuse = ({ en }: Text, cause?: unknown) =>
    appError(storeErrors.badImport, { path, problems: [en] }, { cause });
  const { text } = await readBoundedFile(path, { mostBytes, refuse });
  const content = await openExport(text, path, await readPassphrase(options.passphrase, context));
  const home = homeOf(context);
  const site = options.site === undefined ? content.account.site : absoluteSite(options.site, cwd);
  const { loadSiteProfile } = await import('../../site/load-profile.js');
  await loadSiteProfile(site);
  // An export may have switched the account off on the other machine; this machine renews it.
  const name = options.name ?? content.account.name;
  const account = withProgramsOff({ ...content.account, name, site, enabled: true });
  const paths = await installAccount(home, { ...content, account });
  const at = new Date(clock.now()).toISOString();
  await appendHistory(paths, { at, runId: newRunId(), event: 'imported' });
  return {
    name,
    hasKey: content.key !== undefined,
    hasSession: content.session !== undefined,
    programs: switchedOff(account),
  };
}

/** Who has the passphrase of an export need not be who may run programs here. */
function withProgramsOff(account: AccountConfig): AccountConfig {
  const off = { enabled: false };
  return {
    ...account,
    targets: account.targets?.map((target) => (target.kind === 'command' ? { ...target, ...off } : target)),
    hooks:
      account.hooks &&
      Object.fromEntries(Object.entries(account.hooks).map(([event, hook]) => [event, { ...hook, ...off }])),
  };
}

async function readPassphrase({ file, ask }: PassphraseSource, { cwd, env }: ProcessContext): Promise<string> {
  return file === undefined ? ask('passphrase') : readPassphraseFile(resolve(cwd, file), env);
}

/** The passphrase for a new file. A typed one must be long enough and is asked for twice. */
async function chooseNewPassphrase(source: PassphraseSource, command: string, context: ProcessContext) {
  const passphrase = await readPassphrase(source, context);
  if (source.file !== undefined) return passphrase;
  const problem = passphraseProblem(passphrase);
  if (problem !== undefined) throw usageError({ message: usageTexts.passphrase(problem), command });
  if ((await source.ask('passphrase again')) === passphrase) return passphrase;
  throw usageError({ message: usageTexts.passphrasesDiffer, command });
}
