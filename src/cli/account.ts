import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { accountPaths } from '../store/home.js';
import {
  listAccounts,
  readAccount,
  removeAccount,
  saveAccount,
  type AccountConfig,
  type RenewMethod,
} from '../store/accounts.js';
import { appError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { printable } from '../lib/redact.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { confirm } from './confirm.js';
import { printError } from './output/print-error.js';
import { examples, type SetExitCode } from './command-help.js';
import { newRunId } from '../lib/run-id.js';
import { registerAccountHook } from './account-hook.js';
import { registerAccountTarget } from './account-target.js';

interface SiteOptions {
  readonly site: string;
  readonly baseUrl?: string;
  readonly probeUrl?: string;
  readonly proxy?: string;
  readonly method: RenewMethod;
  readonly keyName?: string;
}

type ImportFlags = SiteOptions & {
  readonly name?: string;
  readonly update?: boolean;
  readonly encrypted?: boolean;
  readonly passphraseFile?: string;
};

interface ExportFlags {
  readonly encrypted?: boolean;
  readonly out?: string;
  readonly passphraseFile?: string;
  readonly disable?: boolean;
}

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
      const home = homeOf(context);
      const config = await configFrom(name, options, context);
      await saveAccount(home, config, { create: true });
      context.stderr.write(`account ${name} was added (site ${config.site})\nnext: keyturn login ${name}\n`);
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
        const { importSession } = await import('../app/import-session.js');
        return importSession(file, options.name, context);
      }
      if (!options.encrypted) return importAccount(file, options, context);
      const { importEncrypted } = await import('./account-transfer.js');
      const isOwn = (key: string) => command.getOptionValueSource(key) === 'cli';
      return importEncrypted(file, { ...options, site: isOwn('site') ? options.site : undefined }, context);
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
      const { exportEncrypted } = await import('./account-transfer.js');
      await exportEncrypted(name, options, context);
    });

  account
    .command('list')
    .description('all accounts with their site and settings')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { accounts, broken } = await listAccounts(homeOf(context));
      const { redactProxy } = await import('../lib/redact-proxy.js');
      if (options.json) {
        const shown = accounts.map((each) => ({ ...each, proxy: redactProxy(each.proxy) }));
        context.stdout.write(
          `${JSON.stringify({ accounts: shown, broken: broken.map((each) => each.name) }, null, 2)}\n`,
        );
      } else if (accounts.length > 0) {
        const { table } = await import('./output/table.js');
        const rows = accounts.map((each) => [
          each.name,
          each.site,
          each.enabled ? 'on' : 'off',
          each.method,
          each.baseUrl ?? '-',
          redactProxy(each.proxy) ?? '-',
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
    .option('--probe-url <url>', 'where new keys are proved; "none" proves nothing, "default" is the site profile\'s')
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
    .action(async (name: string, options: Partial<SiteOptions>) => {
      const home = homeOf(context);
      const config = await readAccount(home, name);
      const changed = await changedConfig(config, options);
      await saveAccount(home, changed);
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
        const home = homeOf(context);
        const config = await readAccount(home, name);
        await saveAccount(home, { ...config, enabled });
        context.stderr.write(`account ${name} is ${enabled ? 'on' : 'off'}\n`);
      });
  }

  account
    .command('remove')
    .argument('<name>')
    .option('-y, --yes', 'do not ask')
    .description('delete an account with its browser profile, session, key and history')
    .action(async (name: string, options: { yes?: boolean }) => {
      const home = homeOf(context);
      const { acquireLock } = await import('../store/lock.js');
      // A broken account can be removed too, so its file is not read first.
      const { accounts, broken } = await listAccounts(home);
      if (![...accounts, ...broken].some((each) => each.name === name)) await readAccount(home, name);
      const sure = await confirm(context, {
        what: `Removing ${name} deletes its login and its key from this machine; the key itself stays valid at the site. Remove it?`,
        command: `keyturn account remove ${name}`,
        yes: options.yes === true,
      });
      if (!sure) return;
      const lock = await acquireLock(accountPaths(home, name).lock, {
        command: 'keyturn account remove',
        runId: newRunId(),
      });
      try {
        await removeAccount(home, name);
      } finally {
        await lock.release();
      }
      context.stderr.write(`account ${name} was removed\n`);
    });

  registerAccountTarget(account, context);
  registerAccountHook(account, context);
}

function withSiteOptions(command: Command): Command {
  return command
    .option('--site <name|file>', 'a built-in site, or the path of a site profile', 'iflow')
    .option('--base-url <url>', "the console's address, in place of the site profile's")
    .option('--probe-url <url>', 'where new keys are proved, in place of the site profile\'s; "none" proves nothing')
    .option('--proxy <url>', 'http://, https:// or socks5:// proxy of this account alone')
    .addOption(new Option('--method <method>', 'how to renew').choices(['auto', 'http', 'browser']).default('auto'))
    .option('--key-name <name>', "the key's name at the console, where it cannot be read there");
}

async function configFrom(name: string, options: SiteOptions, context: ProcessContext): Promise<AccountConfig> {
  const { loadSiteProfile } = await import('../site/load-profile.js');
  const { resolveProfile } = await import('../site/resolve-profile.js');
  const site = /[/\\]|\.ya?ml$/i.test(options.site) ? resolve(context.cwd, options.site) : options.site;
  // A site profile or an address that cannot be used is told now, not at three in the morning.
  resolveProfile(await loadSiteProfile(site), {
    baseUrl: options.baseUrl,
    probeUrl: options.probeUrl === 'none' ? undefined : options.probeUrl,
  });
  return {
    version: 1,
    name,
    site,
    baseUrl: options.baseUrl,
    probeUrl: options.probeUrl,
    proxy: options.proxy,
    enabled: true,
    method: options.method,
    keyName: options.keyName,
    createdAt: new Date(context.clock.now()).toISOString(),
  };
}

async function changedConfig(config: AccountConfig, options: Partial<SiteOptions>): Promise<AccountConfig> {
  if (Object.keys(options).length === 0) {
    const message = `Nothing to change was given for ${config.name}.`;
    throw appError(settingsErrors.usage, { message, command: 'keyturn account set' });
  }
  const { loadSiteProfile } = await import('../site/load-profile.js');
  const { resolveProfile } = await import('../site/resolve-profile.js');
  /** What was not named stays, and the word that stands for nothing takes it away. */
  const either = (given: string | undefined, now: string | undefined, nothing: string) =>
    given === undefined ? now : given === nothing ? undefined : given;
  const changed: AccountConfig = {
    ...config,
    baseUrl: either(options.baseUrl, config.baseUrl, 'default'),
    probeUrl: either(options.probeUrl, config.probeUrl, 'default'),
    proxy: either(options.proxy, config.proxy, 'none'),
    method: options.method ?? config.method,
    keyName: either(options.keyName, config.keyName, 'default'),
  };
  resolveProfile(await loadSiteProfile(changed.site), {
    baseUrl: changed.baseUrl,
    probeUrl: changed.probeUrl === 'none' ? undefined : changed.probeUrl,
  });
  return changed;
}

async function importAccount(file: string, options: ImportFlags, context: ProcessContext): Promise<void> {
  const { loadSiteProfile } = await import('../site/load-profile.js');
  const { resolveProfile } = await import('../site/resolve-profile.js');
  const { readSecretsFile } = await import('../store/import-secrets.js');
  const { writeCheckpoint } = await import('../store/checkpoints.js');
  const { prepareKeyWrite } = await import('../store/key-records.js');
  const { acquireLock } = await import('../store/lock.js');
  const { newRunId } = await import('../lib/run-id.js');
  const home = homeOf(context);
  const draft = await configFrom('draft', options, context);
  const { baseUrl } = resolveProfile(await loadSiteProfile(draft.site), { baseUrl: options.baseUrl });
  const imported = await readSecretsFile(resolve(context.cwd, file), { baseUrl, now: context.clock.now });
  const name = options.name ?? imported.suggestedName;
  const config = { ...draft, name, keyName: options.keyName ?? imported.keyName };
  // Without a session the account would be a half one.
  await prepareKeyWrite(accountPaths(home, name));
  const paths = await saveAccount(home, config, { create: true });
  // Held, so that a change of the encryption that goes on meanwhile does not miss the record.
  const lock = await acquireLock(paths.lock, { command: 'keyturn account import', runId: newRunId() });
  await writeCheckpoint(paths, imported.checkpoint).finally(() => lock.release());
  const { recordSignIn } = await import('../app/import-session.js');
  await recordSignIn(paths, { runId: newRunId(), at: context.clock.now() });
  for (const warning of imported.warnings) context.stderr.write(`warning: ${printable(warning)}\n`);
  context.stderr.write(
    `account ${name} was imported: ${imported.checkpoint.cookies.length} cookies for ${new URL(baseUrl).host}\n` +
      `next: keyturn refresh ${name} --dry-run${config.method === 'browser' ? '' : ' --method http'}\n`,
  );
}
