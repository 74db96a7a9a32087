import { basename } from 'node:path';
import type { ExportOptions, ImportOptions, PassphraseSource } from '../app/account/transfer-account.js';
import type { ProcessContext } from '../app/process-context.js';
import { usageError } from '../lib/settings-errors.js';
import { enableCommand, programOff } from '../messages/cli/account-hook.js';
import { accountTexts } from '../messages/cli/account.js';
import { transferTexts } from '../messages/cli/account-transfer.js';
import { accountLine } from '../messages/progress.js';
import { inEach } from '../messages/text.js';
import { report } from './command-help.js';
import { readSecret } from './read-secret.js';

interface PassphraseFlag {
  readonly passphraseFile?: string;
}
export type ExportFlags = Omit<ExportOptions, 'passphrase'> & PassphraseFlag;

export async function exportAccount(name: string, flags: ExportFlags, context: ProcessContext): Promise<void> {
  const command = 'keyturn account export';
  const { exportEncrypted } = await import('../app/account/transfer-account.js');
  const passphrase = passphraseSource(flags.passphraseFile, command, context);
  const { account, path } = await exportEncrypted(name, { ...flags, passphrase }, context);
  report(context, transferTexts.exported(account, path));
  const here = flags.disable ? accountTexts.disabled(account) : transferTexts.twoMachines(account);
  const onOther = transferTexts.onOther[context.language];
  report(context, here, `${onOther} keyturn account import --encrypted ${basename(path)}`);
}

export async function importExport(
  file: string,
  flags: Omit<ImportOptions, 'passphrase'> & PassphraseFlag,
  context: ProcessContext,
): Promise<void> {
  const { importEncrypted } = await import('../app/account/transfer-account.js');
  const passphrase = passphraseSource(flags.passphraseFile, 'keyturn account import', context);
  const { name, hasKey, hasSession, programs } = await importEncrypted(file, { ...flags, passphrase }, context);
  const { key, session, history } = transferTexts;
  const done = transferTexts.imported(name, [...(hasKey ? [key] : []), ...(hasSession ? [session] : []), history]);
  report(context, done, `keyturn refresh ${name}`);
  for (const each of programs) {
    const off = inEach((language) => accountLine(language, name, programOff(each)));
    report(context, off, enableCommand(name, each));
  }
}

function passphraseSource(file: string | undefined, command: string, context: ProcessContext): PassphraseSource {
  const ask = (name: string) => {
    if (context.stdin.isTTY === true) return readSecret(context, name, false, command);
    throw usageError({ message: transferTexts.noTerminal, command });
  };
  return { file, ask };
}
