import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ChangeReport, ChangeSecretsOptions } from '../app/change-secrets.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import type { SecretsState } from '../app/secrets-state.js';
import { appError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { requireDuration } from '../lib/duration.js';
import { redactText } from '../lib/redact.js';
import { showTime } from '../lib/show-time.js';
import { examples, type SetExitCode } from './command-help.js';
import { confirm } from './confirm.js';
import { printError } from './output/print-error.js';

interface ChangeFlags {
  readonly waitLock?: string;
}

export function registerSecrets(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  const secrets = program
    .command('secrets')
    .description('encryption of keys, unfinished rotations and sessions on this disk: off unless switched on here')
    .addHelpText(
      'after',
      examples([
        'keyturn secrets status',
        'keyturn secrets encrypt --keychain',
        'keyturn secrets encrypt --passphrase-file /etc/keyturn/passphrase',
      ]),
    );

  secrets
    .command('status', { isDefault: true })
    .description('whether records are encrypted, by what, and whether that can be had now')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { examineSecrets } = await import('../app/secrets-state.js');
      const state = await examineSecrets(homeOf(context));
      const { trouble, ...shown } = state;
      if (options.json) {
        const problem = trouble && { code: trouble.code, message: trouble.message, next: trouble.hint };
        context.stdout.write(`${JSON.stringify({ ...shown, problem }, null, 2)}\n`);
      } else {
        context.stdout.write(`${describeState(state)}\n`);
        if (trouble) printError(trouble, context);
        else if (state.next) context.stdout.write(`next: ${state.next}\n`);
      }
      if (trouble || state.next) setExitCode(1);
    });

  const encrypt = secrets
    .command('encrypt')
    .description('encrypt every record, or change what protects the key; safe to interrupt and to repeat')
    .option('--keychain', "keep the key in this desktop's keychain")
    .option(
      '--passphrase-file [file]',
      'protect the key with the passphrase in this file (default: the one in the settings)',
    );
  withLockWait(encrypt)
    .addHelpText('after', examples(['keyturn secrets encrypt --keychain']))
    .action(async (options: ChangeFlags & { keychain?: boolean; passphraseFile?: string | true }) => {
      if ((options.keychain === true) === (options.passphraseFile !== undefined)) {
        throw appError(settingsErrors.usage, {
          message: 'Say what protects the key: --keychain or --passphrase-file FILE.',
          command: 'keyturn secrets encrypt',
        });
      }
      const file =
        typeof options.passphraseFile === 'string' ? resolve(context.cwd, options.passphraseFile) : undefined;
      const { encryptSecrets } = await import('../app/change-secrets.js');
      const protection = options.keychain ? ({ by: 'keychain' } as const) : ({ by: 'passphrase', path: file } as const);
      const report = await encryptSecrets(protection, changeOptions(options, context), context);
      printReport(report, 'encrypted', 'encrypt', context, setExitCode);
      if (report.rewritten > 0) {
        context.stderr.write(
          'What was in the clear before may still be in free blocks of the disk and in backups; keyturn refresh --force makes keys that never were.\n',
        );
      }
    });

  withLockWait(secrets.command('decrypt'))
    .option('-y, --yes', 'do not ask')
    .description('put every record back in the clear (0600) and forget the key')
    .action(async (options: ChangeFlags & { yes?: boolean }) => {
      const sure = await confirm(context, {
        what: 'Keys and sessions will be in the clear on this disk, readable by you and root. Decrypt them?',
        command: 'keyturn secrets decrypt',
        yes: options.yes === true,
      });
      if (!sure) return;
      const { decryptSecrets } = await import('../app/change-secrets.js');
      const report = await decryptSecrets(changeOptions(options, context), context);
      printReport(report, 'decrypted', 'decrypt --yes', context, setExitCode);
    });
}

function withLockWait(command: Command): Command {
  return command.option('--wait-lock <duration>', 'how long to wait for a run that holds an account');
}

function changeOptions({ waitLock }: ChangeFlags, { stderr }: ProcessContext): ChangeSecretsOptions {
  return {
    waitLockMs: waitLock === undefined ? undefined : requireDuration(waitLock, '--wait-lock'),
    warn: (message) => void stderr.write(`warning: ${redactText(message)}\n`),
  };
}

function describeState(state: SecretsState): string {
  const protectors = state.protectedBy
    .map((by) => (by === 'keychain' ? 'the keychain' : 'a passphrase file'))
    .join(' and ');
  const since = state.since === undefined ? '' : ` since ${showTime(state.since)}`;
  return [
    `encryption: ${state.encryption === 'on' ? `on${since}, for ${state.recipient ?? ''}, protected by ${protectors}` : state.encryption}`,
    ...(state.passphraseFile === undefined ? [] : [`passphrase file: ${state.passphraseFile}`]),
    `files: ${state.encrypted} encrypted, ${state.plain.length} in the clear`,
    ...(state.encryption === 'off' ? [] : state.plain.map((path) => `  in the clear: ${path}`)),
  ].join('\n');
}

/** @param again the command, after `keyturn secrets`, that rewrites the accounts that are left */
function printReport(
  report: ChangeReport,
  done: string,
  again: string,
  context: ProcessContext,
  setExitCode: SetExitCode,
): void {
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const { rewritten, accounts, left } = report;
  context.stderr.write(
    `${count(rewritten, 'record')} of ${count(accounts, 'account')} ${rewritten === 1 ? 'was' : 'were'} ${done}\n`,
  );
  let worst = 0;
  for (const { account, error } of left) {
    worst = Math.max(worst, printError(error, context, `${account}: `));
  }
  if (left.length === 0) return;
  context.stderr.write(`Both forms stay readable until then. next: keyturn secrets ${again}\n`);
  setExitCode(worst);
}
