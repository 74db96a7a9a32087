import { InvalidArgumentError, Option, type Command } from 'commander';
import type { SiteOptions } from '../app/account/account-config.js';
import type { AccountChanges } from '../app/account/change-account.js';
import type { ProcessContext } from '../app/process-context.js';
import { printable } from '../lib/redact.js';
import { registerAccountHook } from './account-hook.js';
import { registerAccountTarget } from './account-target.js';
import type { ExportFlags } from './account-transfer.js';
import { examples, type SetExitCode } from './command-help.js';
import { confirm } from './confirm.js';
import { printError } from './output/print-error.js';

type ImportFlags = SiteOptions & {
  readonly name?: string;
  readonly update?: boolean;
  readonly encrypted?: boolean;
  readonly passphraseFile?: string;
};

export function registerAccount(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  const account = program
    .command('account')
    .description('add, import, list, change, switch on and off, or remove accounts');

  withSiteOptions(account.command('add').argument('<name>', 'lower-case letters, digits, dots, dashes, underscores'))
    .description('add an account; sign in afterwards with keyturn login')
    .addHelpText(
      'after',
      examples([
        'keyturn account add work',
        'keyturn account add lab --site ./my-console.yaml --proxy socks5://127.0.0.1:1080',
      ]),
    )
    .action(async (name: string, options: SiteOptions) => {
      const { addAccount } = await import('../app/account/add-account.js');
      const { site } = await addAccount(name, options, context);
      context.stderr.write(`account ${name} was added (site ${site})\nnext: keyturn login ${name}\n`);
    });

  withSiteOptions(
    account.command('import').argument('<file>', "the older refresher's secrets file, or a browser's cookie export"),
  )
    .option('--name <name>', "the account's name (default: made from the file's name)")
    .option('--update', 'new cookies for the account --name, which is there already')
    .option('--encrypted', 'the file was made by keyturn account export on another machine')
    .option('--passphrase-file <file>', 'where the passphrase of such a file is (default: asked for, hidden)')
    .description(
      'add an account from saved cookies; it renews over HTTP, with no browser, until the site wants a person',
    )
    .addHelpText(
      'after',
      examples([
        'keyturn account import ~/.secrets/iflow.json --name work',
        'keyturn account import cookies.json --name work --update',
      ]),
    )
    .action(async (file: string, options: ImportFlags, command: Command) => {
      if (options.update) {
        if (options.encrypted) throw new InvalidArgumentError('--update and --encrypted exclude each other.');
        if (options.name === undefined) throw new InvalidArgumentError('--update needs --name.');
        await updateSession(file, options.name, context);
      } else if (options.encrypted) {
        const { importExport } = await import('./account-transfer.js');
        const isGiven = command.getOptionValueSource('site') === 'cli';
        await importExport(file, { ...options, site: isGiven ? options.site : undefined }, context);
      } else await importCookies(file, options, context);
    });

  account
    .command('export')
    .argument('<name>')
    .option('--encrypted', 'needed: there is no other kind of export')
    .option('--out <file>', 'where to (default: NAME.keyturn-account in the working folder)')
    .option('--passphrase-file <file>', 'where the passphrase is (default: asked for, hidden)')
    .option('--disable', 'switch the account off here, because the other machine renews it from now on')
    .description(
      'write an account with its key, session and history to an encrypted file, to move it to another machine',
    )
    .addHelpText('after', examples(['keyturn account export work --encrypted --disable --out work.keyturn-account']))
    .action(async (name: string, options: ExportFlags) => {
      const { exportAccount } = await import('./account-transfer.js');
      await exportAccount(name, options, context);
    });

  account
    .command('list')
    .description('all accounts with their site and settings')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { shownAccounts } = await import('../app/account/shown-accounts.js');
      const { accounts, broken } = await shownAccounts(context);
      if (options.json) {
        const names = broken.map((each) => each.name);
        context.stdout.write(`${JSON.stringify({ accounts, broken: names }, null, 2)}\n`);
      } else if (accounts.length > 0) {
        const { table } = await import('./output/table.js');
        const rows = accounts.map((each) => [
          each.name,
          each.site,
          each.enabled ? 'on' : 'off',
          each.method,
          each.baseUrl ?? '-',
          each.proxy ?? '-',
        ]);
        context.stdout.write(`${table([['ACCOUNT', 'SITE', 'ENABLED', 'METHOD', 'BASE URL', 'PROXY'], ...rows])}\n`);
      } else if (broken.length === 0) {
        context.stderr.write('there is no account yet\nnext: keyturn account add NAME\n');
      }
      for (const each of broken) setExitCode(printError(each.error, context, `${each.name}: `));
    });

  account
    .command('set')
    .argument('<name>')
    .option('--base-url <url>', 'the console\'s address; "default" is the site profile\'s')
    .option(
      '--probe-url <url>',
      'where new keys are verified; "none" verifies nothing, "default" is the site profile\'s',
    )
    .option('--proxy <url>', 'proxy of this account alone; "none" goes without one')
    .addOption(new Option('--method <method>', 'how to renew').choices(['auto', 'http', 'browser']))
    .option('--key-name <name>', 'the key\'s name at the console; "default" is the one that is read there')
    .description('change how an account is reached and renewed; its login and its key stay')
    .addHelpText(
      'after',
      examples([
        'keyturn account set work --proxy http://127.0.0.1:8080',
        'keyturn account set work --proxy none --method browser',
      ]),
    )
    .action(async (name: string, options: AccountChanges) => {
      const { changeAccount } = await import('../app/account/change-account.js');
      await changeAccount(name, options, context);
      context.stderr.write(`account ${name} was changed\nnext: keyturn refresh ${name} --dry-run\n`);
    });

  for (const [verb, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    account
      .command(verb)
      .argument('<name>')
      .description(
        enabled ? 'let keyturn refresh renew it again' : 'keep everything, but leave it out of keyturn refresh',
      )
      .action(async (name: string) => {
        const { switchAccount } = await import('../app/account/change-account.js');
        await switchAccount(name, enabled, context);
        context.stderr.write(`account ${name} is ${enabled ? 'on' : 'off'}\n`);
      });
  }

  account
    .command('remove')
    .argument('<name>')
    .option('-y, --yes', 'do not ask')
    .description('delete an account with its browser profile, session, key and history')
    .action(async (name: string, options: { yes?: boolean }) => {
      const { removeAccount } = await import('../app/account/remove-account.js');
      const isSure = () =>
        confirm(context, {
          what: `Removing ${name} deletes its login and its key from this machine; the key itself stays valid at the site. Remove it?`,
          command: `keyturn account remove ${name}`,
          yes: options.yes === true,
        });
      if (await removeAccount(name, isSure, context)) context.stderr.write(`account ${name} was removed\n`);
    });

  registerAccountTarget(account, context);
  registerAccountHook(account, context);
}

function withSiteOptions(command: Command): Command {
  return command
    .option('--site <name|file>', 'a built-in site, or the path of a site profile', 'iflow')
    .option('--base-url <url>', "the console's address, in place of the site profile's")
    .option(
      '--probe-url <url>',
      'where new keys are verified, in place of the site profile\'s; "none" verifies nothing',
    )
    .option('--proxy <url>', 'http://, https:// or socks5:// proxy of this account alone')
    .addOption(new Option('--method <method>', 'how to renew').choices(['auto', 'http', 'browser']).default('auto'))
    .option('--key-name <name>', "the key's name at the console, where it cannot be read there");
}

async function importCookies(file: string, options: ImportFlags, context: ProcessContext): Promise<void> {
  const { importAccount } = await import('../app/account/import-account.js');
  const { name, method, cookieCount, host, warnings } = await importAccount(file, options, context);
  printWarnings(warnings, context);
  context.stderr.write(
    `account ${name} was imported: ${cookieCount} cookies for ${host}\n` +
      `next: keyturn refresh ${name} --dry-run${method === 'browser' ? '' : ' --method http'}\n`,
  );
}

async function updateSession(file: string, name: string, context: ProcessContext): Promise<void> {
  const { importSession } = await import('../app/account/import-session.js');
  const { cookieCount, host, warnings } = await importSession(file, name, context);
  printWarnings(warnings, context);
  context.stderr.write(
    `account ${name} has a new session: ${cookieCount} cookies for ${host}\nnext: keyturn refresh ${name}\n`,
  );
}

function printWarnings(warnings: readonly string[], { stderr }: ProcessContext): void {
  for (const warning of warnings) stderr.write(`warning: ${printable(warning)}\n`);
}
