import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { appError } from '../errors/app-error.js';
import { secretsErrors } from '../errors/secrets-errors.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { saveAccount } from '../store/accounts.js';
import { appendHistory } from '../store/history.js';
import { accountPaths } from '../store/home.js';
import { acquireLock } from '../store/lock.js';
import { createNewFile } from '../lib/private-files.js';
import { openExport, sealExport } from '../store/secrets/account-export.js';
import { gatherAccount, installAccount } from '../store/secrets/move-account.js';
import { passphraseProblem, readPassphraseFile } from '../store/secrets/passphrase.js';
import { readError } from '../lib/system-error.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { pickAccount } from '../app/pick-account.js';
import { readSecret } from './read-secret.js';
import { newRunId } from '../lib/run-id.js';

const largestBytes = 64 * 1024 * 1024;

export interface ExportOptions {
  readonly encrypted?: boolean;
  readonly out?: string;
  readonly passphraseFile?: string;
  /** Switches the account off here once the file is written. */
  readonly disable?: boolean;
}

/** Writes the account to a new file that is the user's alone and readable with the passphrase alone. */
export async function exportEncrypted(name: string, options: ExportOptions, context: ProcessContext): Promise<void> {
  const command = 'keyturn account export';
  if (!options.encrypted) {
    throw appError(settingsErrors.usage, {
      message: 'An account leaves keyturn encrypted only: say so with --encrypted.',
      command,
    });
  }
  const home = homeOf(context);
  const { name: account } = await pickAccount(home, name, 'account export');
  const path = resolve(context.cwd, options.out ?? `${account}.keyturn-account`);
  const passphrase = await passphraseOf(options.passphraseFile, { command, isNew: true }, context);
  const paths = accountPaths(home, account);
  const runId = newRunId();
  const lock = await acquireLock(paths.lock, { command, runId, now: context.clock.now, signal: context.signal });
  try {
    const content = await gatherAccount(home, account);
    if (!(await createNewFile(path, await sealExport(content, passphrase, context.clock.now())))) {
      throw appError(settingsErrors.usage, { message: `${path} exists already and is not overwritten.`, command });
    }
    if (options.disable) await saveAccount(home, { ...content.account, enabled: false });
    const at = new Date(context.clock.now()).toISOString();
    await appendHistory(paths, { at, runId, event: 'exported', disabled: options.disable === true });
  } finally {
    await lock.release();
  }
  context.stderr.write(
    `${account} was exported to ${path}, without its browser profile\n` +
      (options.disable
        ? `${account} is off here\n`
        : `warning: two machines that renew one account end each other's keys: keyturn account disable ${account}\n`) +
      `next: on the other machine, keyturn account import --encrypted ${path.split(/[\\/]/).at(-1) ?? path}\n`,
  );
}

export interface ImportOptions {
  readonly name?: string;
  /** In place of the one in the file, e.g. where a site profile lies elsewhere on this machine. */
  readonly site?: string;
  readonly passphraseFile?: string;
}

/** Makes the account that is in the file; everything is checked before anything is written. */
export async function importEncrypted(file: string, options: ImportOptions, context: ProcessContext): Promise<void> {
  const command = 'keyturn account import';
  const path = resolve(context.cwd, file);
  const text = await readText(path);
  const passphrase = await passphraseOf(options.passphraseFile, { command, isNew: false }, context);
  const content = await openExport(text, path, passphrase);
  const home = homeOf(context);
  const isPath = options.site !== undefined && /[/\\]|\.ya?ml$/i.test(options.site);
  const site = isPath ? resolve(context.cwd, options.site) : (options.site ?? content.account.site);
  const { loadSiteProfile } = await import('../site/load-profile.js');
  await loadSiteProfile(site);
  // Switched off at its source, so that two machines do not renew it; here it is wanted.
  const account = { ...content.account, name: options.name ?? content.account.name, site, enabled: true };
  const paths = await installAccount(home, { ...content, account });
  const at = new Date(context.clock.now()).toISOString();
  await appendHistory(paths, { at, runId: newRunId(), event: 'imported' });
  context.stderr.write(
    `account ${account.name} was imported with its ${[content.key && 'key', content.session && 'session', 'history'].filter(Boolean).join(', ')}; its browser profile stayed behind\n` +
      `next: keyturn refresh ${account.name}\n`,
  );
}

async function passphraseOf(
  file: string | undefined,
  { command, isNew }: { readonly command: string; readonly isNew: boolean },
  context: ProcessContext,
): Promise<string> {
  if (file !== undefined) return readPassphraseFile(resolve(context.cwd, file), context.env);
  if (context.stdin.isTTY !== true) {
    const message =
      'There is no terminal to ask for the passphrase at: name a file that has it with --passphrase-file.';
    throw appError(settingsErrors.usage, { message, command });
  }
  const passphrase = await readSecret(context, 'passphrase', false, command);
  if (!isNew) return passphrase;
  const problem = passphraseProblem(passphrase);
  if (problem !== undefined) {
    throw appError(settingsErrors.usage, { message: `The passphrase cannot be used: ${problem}.`, command });
  }
  if ((await readSecret(context, 'passphrase again', false, command)) !== passphrase) {
    throw appError(settingsErrors.usage, { message: 'The two passphrases differ.', command });
  }
  return passphrase;
}

async function readText(path: string): Promise<string> {
  let handle;
  try {
    handle = await open(path, 'r');
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > largestBytes) {
      const problem = stats.isFile() ? `it has ${stats.size} bytes` : 'it is not a plain file';
      throw appError(secretsErrors.badExport, { path, problem });
    }
    return await handle.readFile('utf8');
  } catch (error) {
    throw readError(path, error);
  } finally {
    await handle?.close();
  }
}
