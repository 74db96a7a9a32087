import type { PassphraseSource } from '../app/account/passphrase-source.js';
import type { ProcessContext } from '../app/process-context.js';
import { appError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { readSecret } from './read-secret.js';

export interface ExportFlags {
  readonly encrypted?: boolean;
  readonly out?: string;
  readonly passphraseFile?: string;
  readonly disable?: boolean;
}

export async function exportAccount(name: string, flags: ExportFlags, context: ProcessContext): Promise<void> {
  const command = 'keyturn account export';
  if (!flags.encrypted) {
    throw appError(settingsErrors.usage, {
      message: 'An account leaves keyturn encrypted only: say so with --encrypted.',
      command,
    });
  }
  const { exportEncrypted } = await import('../app/account/export-encrypted.js');
  const passphrase = passphraseSource(flags.passphraseFile, command, context);
  const { account, path } = await exportEncrypted(name, { ...flags, passphrase }, context);
  context.stderr.write(
    `${account} was exported to ${path}, without its browser profile\n` +
      (flags.disable
        ? `${account} is off here\n`
        : `warning: two machines that renew one account end each other's keys: keyturn account disable ${account}\n`) +
      `next: on the other machine, keyturn account import --encrypted ${path.split(/[\\/]/).at(-1) ?? path}\n`,
  );
}

export interface ImportFlags {
  readonly name?: string;
  readonly site?: string;
  readonly passphraseFile?: string;
}

export async function importExport(file: string, flags: ImportFlags, context: ProcessContext): Promise<void> {
  const { importEncrypted } = await import('../app/account/import-encrypted.js');
  const passphrase = passphraseSource(flags.passphraseFile, 'keyturn account import', context);
  const { name, hasKey, hasSession } = await importEncrypted(file, { ...flags, passphrase }, context);
  const parts = [hasKey && 'key', hasSession && 'session', 'history'].filter(Boolean).join(', ');
  context.stderr.write(
    `account ${name} was imported with its ${parts}; its browser profile stayed behind\n` +
      `next: keyturn refresh ${name}\n`,
  );
}

function passphraseSource(file: string | undefined, command: string, context: ProcessContext): PassphraseSource {
  const ask = (name: string) => {
    if (context.stdin.isTTY === true) return readSecret(context, name, false, command);
    const message =
      'There is no terminal to ask for the passphrase at: name a file that has it with --passphrase-file.';
    throw appError(settingsErrors.usage, { message, command });
  };
  return { file, ask };
}
