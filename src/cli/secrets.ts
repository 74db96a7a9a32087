import { resolve } from 'node:path';
import type { ChangeReport, ChangeSecretsOptions, SecretsState } from '../app/change-secrets.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { usageError } from '../lib/settings-errors.js';
import { requireDuration } from '../lib/duration.js';
import { redactText } from '../lib/redact.js';
import { showTime } from '../lib/show-time.js';
import { commonTexts } from '../messages/cli/common.js';
import { secretsTexts } from '../messages/cli/secrets.js';
import { commandLineTexts, nextLine } from '../messages/command-line.js';
import type { Language, Text } from '../messages/text.js';
import { report, type KeyturnCommand, type SetExitCode } from './command-help.js';
import { confirm } from './confirm.js';
import { printError } from './output/print-error.js';
import { printJson } from './output/print-json.js';

interface ChangeFlags {
  readonly waitLock?: string;
}

export function registerSecrets(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  const secrets = program
    .command('secrets')
    .description(secretsTexts.about[language])
    .examples([
      'keyturn secrets status',
      'keyturn secrets encrypt --keychain',
      'keyturn secrets encrypt --passphrase-file /etc/keyturn/passphrase',
    ]);

  secrets
    .command('status', { isDefault: true })
    .description(secretsTexts.status[language])
    .option('--json', commonTexts.json[language])
    .action(async (options: { json?: boolean }) => {
      const { examineSecrets } = await import('../app/change-secrets.js');
      const state = await examineSecrets(homeOf(context));
      const { error, next } = state;
      if (options.json) printJson<'secrets status'>(context, state, !error && !next);
      else {
        context.stdout.write(`${describeState(state, context.language)}\n`);
        if (error) printError(error, context);
        else if (next) context.stdout.write(nextLine(next, context.language));
      }
      if (error || next) setExitCode(1);
    });

  secrets
    .command('encrypt')
    .description(secretsTexts.encrypt[language])
    .option('--keychain', secretsTexts.keychain[language])
    .option('--passphrase-file [file]', secretsTexts.passphraseFile[language])
    .option('--wait-lock <duration>', commonTexts.waitLock[language])
    .examples(['keyturn secrets encrypt --keychain'])
    .action(async (options: ChangeFlags & { keychain?: boolean; passphraseFile?: string | true }) => {
      if ((options.keychain === true) === (options.passphraseFile !== undefined)) {
        throw usageError({ message: secretsTexts.protectedByWhat, command: 'keyturn secrets encrypt' });
      }
      const file =
        typeof options.passphraseFile === 'string' ? resolve(context.cwd, options.passphraseFile) : undefined;
      const { encryptSecrets } = await import('../app/change-secrets.js');
      const protection = options.keychain ? ({ by: 'keychain' } as const) : ({ by: 'passphrase', path: file } as const);
      const changed = await encryptSecrets(protection, changeOptions(options, context), context);
      printReport(changed, secretsTexts.encrypted, 'encrypt', context, setExitCode);
      if (changed.rewritten > 0) report(context, secretsTexts.wasInTheClear);
    });

  secrets
    .command('decrypt')
    .option('--wait-lock <duration>', commonTexts.waitLock[language])
    .option('-y, --yes', commonTexts.yes[language])
    .description(secretsTexts.decrypt[language])
    .action(async (options: ChangeFlags & { yes?: boolean }) => {
      if (!(await confirm(context, secretsTexts.decryptQuestion, 'keyturn secrets decrypt', options.yes))) return;
      const { decryptSecrets } = await import('../app/change-secrets.js');
      const changed = await decryptSecrets(changeOptions(options, context), context);
      printReport(changed, secretsTexts.decrypted, 'decrypt --yes', context, setExitCode);
    });
}

function changeOptions({ waitLock }: ChangeFlags, { stderr, language }: ProcessContext): ChangeSecretsOptions {
  return {
    waitLockMs:
      waitLock === undefined ? undefined : requireDuration(waitLock, '--wait-lock', 'keyturn secrets encrypt'),
    warn: (text) => void stderr.write(`${commandLineTexts.warning[language]} ${redactText(text[language])}\n`),
  };
}

function describeState(state: SecretsState, language: Language): string {
  const { encryption, recipient, since, passphraseFile, encrypted, plain } = state;
  const protectors = state.protectedBy.map((by) => secretsTexts.protectors[by]);
  const start = since === undefined ? '' : secretsTexts.since(showTime(since))[language];
  const details = encryption === 'on' ? start + secretsTexts.protectedBy(recipient ?? '', protectors)[language] : '';
  return [
    `${secretsTexts.encryption[language]} ${secretsTexts.states[encryption][language]}${details}`,
    ...(passphraseFile === undefined ? [] : [`${secretsTexts.passphraseFileIs[language]} ${passphraseFile}`]),
    secretsTexts.files(encrypted, plain.length)[language],
    ...(encryption === 'off' ? [] : plain.map((path) => `  ${secretsTexts.plainFile[language]} ${path}`)),
  ].join('\n');
}

/** @param again the command, after `keyturn secrets`, that rewrites the accounts that are left */
function printReport(
  { rewritten, accounts, left }: ChangeReport,
  done: Text,
  again: string,
  context: ProcessContext,
  setExitCode: SetExitCode,
): void {
  report(context, secretsTexts.report(rewritten, accounts, done));
  const exitCodes = left.map(({ account, error }) => printError(error, context, account));
  if (left.length === 0) return;
  report(context, secretsTexts.bothReadable, `keyturn secrets ${again}`);
  setExitCode(Math.max(...exitCodes));
}
