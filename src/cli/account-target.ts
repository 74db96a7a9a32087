import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { DeliveryTarget } from '../core/delivery-target.js';
import { formatPointer, parsePath } from '../lib/value-path.js';
import { appError } from '../errors/app-error.js';
import { deliveryErrors } from '../errors/delivery-errors.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { readAccount, saveAccount, type AccountConfig } from '../store/accounts.js';
import { homePaths } from '../store/home.js';
import { examples } from './command-help.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { splitAtDashes } from './words-after-dashes.js';

const kinds = ['env', 'json', 'yaml', 'command', 'openclaw', 'iflow-cli'] as const;
type Kind = (typeof kinds)[number];

interface AddOptions {
  readonly name?: string;
  readonly variable?: string;
  readonly at?: string;
  readonly provider: string;
  readonly pass: 'stdin' | 'env';
  readonly timeout?: string;
}

export function registerAccountTarget(account: Command, context: ProcessContext): void {
  const target = account.command('target').description('where consumers read the key: add, list or remove places');

  target
    .command('add')
    .usage('[options] <account> <kind> [file] [-- <command> [args...]]')
    .argument('<account>')
    .argument('<kind>', kinds.join(', '))
    .argument('[words...]', 'the file; for a command: -- and the program with its arguments')
    .description('deliver each new key to a file or a program; the place is checked at once')
    .option('--name <name>', 'what to call the target (default: made from its kind)')
    .option('--variable <NAME>', 'the variable of an env file or of a program (default: what the site profile says)')
    .option('--at <path>', 'where in a JSON or YAML file: /providers/iflow/apiKey or providers.iflow.apiKey')
    .option('--provider <id>', "openclaw: the provider's id below models.providers", 'iflow')
    .addOption(
      new Option('--pass <way>', 'command: how the program gets the key').choices(['stdin', 'env']).default('stdin'),
    )
    .option('--timeout <duration>', 'command: how long it may take (default: 30s)')
    .addHelpText(
      'after',
      examples([
        'keyturn account target add work env ./.env --variable IFLOW_API_KEY',
        'keyturn account target add work json ~/.config/app/settings.json --at providers.iflow.apiKey',
        'keyturn account target add work openclaw --provider iflow',
        'keyturn account target add work iflow-cli',
        'keyturn account target add work command -- docker secret create iflow-key -',
      ]),
    )
    .action(async (name: string, kind: string, words: string[], options: AddOptions, command: Command) => {
      const home = homeOf(context);
      const config = await readAccount(home, name);
      const { before, after } = splitAtDashes(words, command);
      const added = await targetFrom(config, kind, before, after, options, context);
      const targets = config.targets ?? [];
      if (targets.some((each) => each.name === added.name)) {
        throw appError(deliveryErrors.targetExists, { account: name, name: added.name, why: 'already has a target' });
      }
      const twin = targets.find((each) => isSamePlace(each, added));
      if (twin) {
        throw appError(deliveryErrors.targetExists, {
          account: name,
          name: twin.name,
          why: 'already delivers there, with',
        });
      }
      if ('path' in added && isOwnFile(home, added.path)) throw usage(`${added.path} is among keyturn's own files.`);
      // Its shape first: a target that cannot be saved need not be looked at.
      const { deliveryTargets } = await import('../store/delivery-settings.js');
      const { validate } = await import('../store/schema.js');
      const validated = validate(deliveryTargets, JSON.parse(JSON.stringify([added])));
      if (!validated.ok)
        throw usage(`The target cannot be saved: ${validated.problems.join('; ').replaceAll('[0].', '')}.`);
      const { checkTarget } = await import('../delivery/put-key.js');
      const { whereOf } = await import('../core/delivery-target.js');
      await checkTarget(added, { account: name, env: context.env, facts: {}, signal: context.signal });
      await saveAccount(home, { ...config, targets: [...targets, added] });
      context.stderr.write(
        `each new key of ${name} is delivered to ${added.name}: ${whereOf(added)}\nnext: keyturn deliver ${name}\n`,
      );
    });

  target
    .command('list')
    .argument('<account>')
    .description('the targets of an account')
    .option('--json', 'as JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const { targets = [] } = await readAccount(homeOf(context), name);
      if (options.json) context.stdout.write(`${JSON.stringify(targets, null, 2)}\n`);
      else if (targets.length === 0) {
        context.stderr.write(`${name} has no target yet\nnext: keyturn account target add ${name} env ./.env\n`);
      } else {
        const { table } = await import('./output/table.js');
        const { whereOf } = await import('../core/delivery-target.js');
        const rows = targets.map((each) => [each.name, each.kind, whereOf(each)]);
        context.stdout.write(`${table([['TARGET', 'KIND', 'WHERE'], ...rows])}\n`);
      }
    });

  target
    .command('remove')
    .argument('<account>')
    .argument('<name>')
    .description('deliver no more to it; what it holds stays there')
    .action(async (name: string, which: string) => {
      const home = homeOf(context);
      const config = await readAccount(home, name);
      const targets = config.targets ?? [];
      const left = targets.filter((each) => each.name !== which);
      if (left.length === targets.length) {
        const known = targets.map((each) => each.name);
        throw appError(deliveryErrors.unknownTarget, { account: name, name: which, known });
      }
      await saveAccount(home, { ...config, targets: left.length > 0 ? left : undefined });
      context.stderr.write(`nothing is delivered to ${which} any more; the key that it holds was left there\n`);
    });
}

/** A path that makes no sense is refused later, by its own name. */
function isSamePlace(a: DeliveryTarget, b: DeliveryTarget): boolean {
  if (a.kind === 'command' || b.kind === 'command' || a.path !== b.path) return false;
  if (a.kind === 'env' || b.kind === 'env') return a.kind === 'env' && b.kind === 'env' && a.variable === b.variable;
  const [from, to] = [parsePath(a.at), parsePath(b.at)];
  return from !== undefined && to !== undefined && formatPointer(from) === formatPointer(to);
}

function isOwnFile(home: string, path: string): boolean {
  const { accounts, settings, logs } = homePaths(home);
  return path === settings || [accounts, logs].some((folder) => !relative(folder, path).startsWith('..'));
}

const usage = (message: string) => appError(settingsErrors.usage, { message, command: 'keyturn account target add' });

async function targetFrom(
  config: AccountConfig,
  kind: string,
  words: readonly string[],
  program: readonly string[],
  options: AddOptions,
  context: ProcessContext,
): Promise<DeliveryTarget> {
  if (!kinds.includes(kind as Kind)) throw usage(`"${kind}" is not a kind of target: ${kinds.join(', ')}.`);
  if (words.length > 1 || (kind === 'command' && words.length > 0))
    throw usage(`"${words.at(-1)}" is one word too many.`);
  if (kind !== 'command' && program.length > 0) throw usage(`A target of kind ${kind} is a file and runs no program.`);
  const name = options.name ?? freeName(kind, config);
  const file = words[0] === undefined ? undefined : pathOf(words[0], context);
  switch (kind as Kind) {
    case 'env':
      return {
        name,
        kind: 'env',
        path: file ?? pathOf('.env', context),
        variable: options.variable ?? (await variableOf(config)),
      };
    case 'json':
    case 'yaml':
      if (file === undefined) throw usage('Which file? As in: keyturn account target add work json FILE --at a.b');
      if (options.at === undefined)
        throw usage('Where in the file? Say it with --at, as in --at providers.iflow.apiKey');
      return { name, kind: kind as 'json' | 'yaml', path: file, at: options.at };
    case 'command':
      if (program.length === 0)
        throw usage('The program comes after --, as in: keyturn account target add work command -- my-sync');
      return {
        name,
        kind: 'command',
        command: program,
        pass: options.pass,
        variable: options.pass === 'env' ? (options.variable ?? (await variableOf(config))) : undefined,
        timeout: options.timeout,
      };
    case 'openclaw': {
      // Its gateway refuses to start with a provider that has a key and nothing else, so the provider must be there already.
      const pointer = `/models/providers/${options.provider.replaceAll('~', '~0').replaceAll('/', '~1')}/apiKey`;
      return {
        name,
        kind: 'json',
        path: file ?? openclawConfig(context),
        at: options.at ?? pointer,
        parents: 'require',
      };
    }
    case 'iflow-cli':
      return {
        name,
        kind: 'json',
        path: file ?? pathOf('~/.iflow/settings.json', context),
        at: options.at ?? '/apiKey',
      };
  }
}

function openclawConfig(context: ProcessContext): string {
  const { OPENCLAW_CONFIG_PATH: path, OPENCLAW_STATE_DIR: folder } = context.env;
  if (path) return pathOf(path, context);
  return folder ? join(pathOf(folder, context), 'openclaw.json') : pathOf('~/.openclaw/openclaw.json', context);
}

function pathOf(text: string, context: ProcessContext): string {
  const isHome = /^~(?=$|[\\/])/.test(text);
  return resolve(context.cwd, isHome ? join(context.env['HOME'] ?? homedir(), text.slice(1)) : text);
}

function freeName(kind: string, { targets = [] }: AccountConfig): string {
  const names = new Set(targets.map((each) => each.name));
  let name = kind;
  for (let count = 2; names.has(name); count++) name = `${kind}-${count}`;
  return name;
}

async function variableOf({ site }: AccountConfig): Promise<string> {
  const { loadSiteProfile } = await import('../site/load-profile.js');
  return (await loadSiteProfile(site)).key.env ?? 'API_KEY';
}
