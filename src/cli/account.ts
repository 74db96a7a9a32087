import { Option, type Command } from 'commander';
import type { SiteOptions } from '../app/account/account-config.js';
import type { AccountChanges } from '../app/account/change-account.js';
import type { ProcessContext } from '../app/process-context.js';
import { printable } from '../lib/redact.js';
import { usageError } from '../lib/settings-errors.js';
import { accountTexts } from '../messages/cli/account.js';
import { commonTexts } from '../messages/cli/common.js';
import { commandLineTexts } from '../messages/command-line.js';
import type { Language, Text } from '../messages/text.js';
import { registerAccountHook } from './account-hook.js';
import { registerAccountTarget } from './account-target.js';
import type { ExportFlags } from './account-transfer.js';
import { report, type KeyturnCommand, type SetExitCode } from './command-help.js';
import { confirm } from './confirm.js';
import { printError } from './output/print-error.js';
import { printJson } from './output/print-json.js';

type ImportFlags = SiteOptions & {
  readonly name?: string;
  readonly update?: boolean;
  readonly encrypted?: boolean;
  readonly passphraseFile?: string;
};

export function registerAccount(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  const account = program.command('account').description(accountTexts.about[language]);

  withSiteOptions(account.command('add').argument('<name>', accountTexts.newName[language]), language)
    .description(accountTexts.add[language])
    .examples([
      'keyturn account add work',
      'keyturn account add lab --site ./my-console.yaml --proxy socks5://127.0.0.1:1080',
    ])
    .action(async (name: string, options: SiteOptions) => {
      const { addAccount } = await import('../app/account/change-account.js');
      const { site } = await addAccount(name, await withSecretProxy(options, context), context);
      report(context, accountTexts.added(name, site), `keyturn login ${name}`);
    });

  withSiteOptions(account.command('import').argument('<file>', accountTexts.importFile[language]), language)
    .option('--name <name>', accountTexts.importName[language])
    .option('--update', accountTexts.update[language])
    .option('--encrypted', accountTexts.importEncrypted[language])
    .option('--passphrase-file <file>', accountTexts.passphraseFile[language])
    .description(accountTexts.import[language])
    .examples([
      'keyturn account import ~/.secrets/iflow.json --name work',
      'keyturn account import cookies.json --name work --update',
    ])
    .action(async (file: string, options: ImportFlags, command: Command) => {
      if (options.update) {
        if (options.encrypted) throw importUsage(accountTexts.notBoth);
        if (options.name === undefined) throw importUsage(accountTexts.updateNeedsName);
      }
      if (options.encrypted) {
        const { importExport } = await import('./account-transfer.js');
        const isGiven = command.getOptionValueSource('site') === 'cli';
        await importExport(file, { ...options, site: isGiven ? options.site : undefined }, context);
      } else await importCookies(file, await withSecretProxy(options, context), context);
    });

  account
    .command('export')
    .argument('<name>', commonTexts.account[language])
    .option('--encrypted', accountTexts.exportEncrypted[language])
    .option('--out <file>', accountTexts.out[language])
    .option('--passphrase-file <file>', accountTexts.passphraseFile[language])
    .option('--disable', accountTexts.disableHere[language])
    .description(accountTexts.export[language])
    .examples(['keyturn account export work --disable --out work.keyturn-account'])
    .action(async (name: string, options: ExportFlags) => {
      const { exportAccount } = await import('./account-transfer.js');
      await exportAccount(name, options, context);
    });

  account
    .command('list')
    .description(accountTexts.list[language])
    .option('--json', commonTexts.json[language])
    .action(async (options: { json?: boolean }) => {
      const { shownAccounts } = await import('../app/account/change-account.js');
      const { accounts, broken } = await shownAccounts(context);
      if (options.json) {
        const shown = accounts.map(({ version: _, name, ...rest }) => ({ account: name, ...rest }));
        const unreadable = broken.map((each) => ({ account: each.name, error: each.error }));
        printJson<'account list'>(context, { accounts: shown, unreadable }, broken.length === 0);
      } else if (accounts.length > 0) {
        const { table } = await import('./output/table.js');
        const rows = accounts.map((each) => [
          each.name,
          each.site,
          commonTexts[each.enabled ? 'on' : 'off'][context.language],
          each.method,
          each.baseUrl ?? '-',
          each.proxy ?? '-',
        ]);
        context.stdout.write(`${table([accountTexts.columns[context.language], ...rows], context.stdout.columns)}\n`);
      } else if (broken.length === 0) {
        report(context, commonTexts.noAccounts, 'keyturn account add NAME');
      }
      for (const each of broken) setExitCode(printError(each.error, context, each.name));
    });

  withOptions(account.command('set').argument('<name>', commonTexts.account[language]), language)
    .description(accountTexts.set[language])
    .examples([
      'keyturn account set work --proxy http://127.0.0.1:8080',
      'pass work-proxy | keyturn account set work --proxy -',
      'keyturn account set work --proxy none --method browser',
    ])
    .action(async (name: string, options: AccountChanges) => {
      const { changeAccount } = await import('../app/account/change-account.js');
      await changeAccount(name, await withSecretProxy(options, context), context);
      report(context, accountTexts.changed(name), `keyturn refresh ${name} --dry-run`);
    });

  for (const verb of ['enable', 'disable'] as const) {
    account
      .command(verb)
      .argument('<name>', commonTexts.account[language])
      .description(accountTexts[verb][language])
      .action(async (name: string) => {
        const { switchAccount } = await import('../app/account/change-account.js');
        await switchAccount(name, verb === 'enable', context);
        report(context, accountTexts[`${verb}d`](name));
      });
  }

  account
    .command('remove')
    .argument('<name>', commonTexts.account[language])
    .option('-y, --yes', commonTexts.yes[language])
    .description(accountTexts.remove[language])
    .action(async (name: string, options: { yes?: boolean }) => {
      const { removeAccount } = await import('../app/account/change-account.js');
      const isSure = () =>
        confirm(context, accountTexts.removeQuestion(name), `keyturn account remove ${name}`, options.yes);
      if (await removeAccount(name, isSure, context)) report(context, accountTexts.removed(name));
    });

  registerAccountTarget(account, context);
  registerAccountHook(account, context);
}

function withSiteOptions(command: KeyturnCommand, language: Language): KeyturnCommand {
  const site = command.option('--site <name|file>', accountTexts.site[language], 'iflow');
  return withOptions(site, language, 'auto');
}

function withOptions(command: KeyturnCommand, language: Language, method?: string): KeyturnCommand {
  const methods = new Option('--method <method>', commonTexts.method[language]).choices(['auto', 'http', 'browser']);
  return command
    .option('--base-url <url>', accountTexts.baseUrl[language])
    .option('--allow-http', accountTexts.allowHttp[language])
    .option('--probe-url <url>', accountTexts.probeUrl[language])
    .option('--proxy <url>', accountTexts.proxy[language])
    .addOption(method === undefined ? methods : methods.default(method))
    .option('--key-name <name>', accountTexts.keyName[language]);
}

/** `--proxy -`: typed without an echo, or from a pipe, so that its password is on no command line. */
async function withSecretProxy<Options extends Partial<SiteOptions>>(options: Options, context: ProcessContext) {
  if (options.proxy !== '-') return options;
  const { readSecret } = await import('./read-secret.js');
  const isPiped = context.stdin.isTTY !== true;
  return { ...options, proxy: await readSecret(context, 'proxy', isPiped, 'keyturn account set') };
}

const importUsage = (message: Text) => usageError({ message, command: 'keyturn account import' });

async function importCookies(file: string, options: ImportFlags, context: ProcessContext): Promise<void> {
  const { importAccount, importSession } = await import('../app/account/import-cookies.js');
  const { update, name: known = '' } = options;
  const imported = await (update ? importSession(file, known, context) : importAccount(file, options, context));
  const { name, sent, host, warnings } = imported;
  const { stderr, language } = context;
  for (const warning of warnings)
    stderr.write(`${commandLineTexts.warning[language]} ${printable(warning[language])}\n`);
  const done = (update ? accountTexts.updated : accountTexts.imported)(name, sent.map(printable), host);
  const flags = 'method' in imported ? ` --dry-run${imported.method === 'browser' ? '' : ' --method http'}` : '';
  report(context, done, `keyturn refresh ${name}${flags}`);
}
