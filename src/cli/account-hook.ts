import type { Command } from 'commander';
import { hookEvents, type HookEvent, type Hooks } from '../core/delivery-target.js';
import { appError } from '../errors/app-error.js';
import { deliveryErrors } from '../errors/delivery-errors.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { readAccount, saveAccount } from '../store/accounts.js';
import { examples } from './command-help.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { splitAtDashes } from './words-after-dashes.js';

export function registerAccountHook(account: Command, context: ProcessContext): void {
  const hook = account.command('hook').description('programs that are told of renewals: set, list or remove them');

  hook
    .command('set')
    .usage('[options] <account> <event> -- <command> [args...]')
    .argument('<account>')
    .argument('<event>', 'before (a renewal begins), renewed (a new key is in place), failed')
    .argument('[words...]', '-- and the program with its arguments')
    .description('run a program when a renewal begins, when a new key is in place, or when a run fails')
    .option('--timeout <duration>', 'how long it may take (default: 60s)')
    .addHelpText(
      'after',
      examples([
        'keyturn account hook set work renewed -- systemctl --user restart my-agent',
        'keyturn account hook set work failed --timeout 10s -- notify-send keyturn',
      ]),
    )
    .action(async (name: string, event: string, words: string[], options: { timeout?: string }, command: Command) => {
      const home = homeOf(context);
      requireEvent(event);
      const config = await readAccount(home, name);
      const { before, after } = splitAtDashes(words, command);
      if (before.length > 0 || after.length === 0) throw usage('The program comes after --.');
      const { whyNotRunnable } = await import('../delivery/put-key.js');
      const problem = whyNotRunnable(after[0] ?? '', context.env);
      if (problem !== undefined) throw usage(`${after[0]} ${problem}.`);
      const hooks: Hooks = { ...config.hooks, [event]: { command: after, timeout: options.timeout } };
      const paths = await saveAccount(home, { ...config, hooks });
      // The key that is in place now is no news.
      if (event === 'renewed') await markAsRun(paths, hooks);
      context.stderr.write(
        `${name}: hook ${event}: ${after.join(' ')}\nnext: keyturn refresh ${name} --dry-run --run-hooks\n`,
      );
    });

  hook
    .command('list')
    .argument('<account>')
    .description('the hooks of an account')
    .option('--json', 'as JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const { hooks = {} } = await readAccount(homeOf(context), name);
      if (options.json) {
        context.stdout.write(`${JSON.stringify(hooks, null, 2)}\n`);
        return;
      }
      const set = hookEvents.filter((event) => hooks[event]);
      for (const event of set) context.stdout.write(`${event}: ${hooks[event]?.command.join(' ') ?? ''}\n`);
      if (set.length === 0) context.stderr.write(`${name} has no hook\n`);
    });

  hook
    .command('remove')
    .argument('<account>')
    .argument('<event>')
    .description('run it no more')
    .action(async (name: string, event: string) => {
      const home = homeOf(context);
      requireEvent(event);
      const config = await readAccount(home, name);
      if (!config.hooks?.[event]) {
        const known = hookEvents.filter((each) => config.hooks?.[each]);
        throw appError(deliveryErrors.unknownTarget, { account: name, name: event, known });
      }
      const { [event]: _removed, ...left } = config.hooks;
      await saveAccount(home, { ...config, hooks: Object.keys(left).length > 0 ? left : undefined });
      context.stderr.write(`${name}: the hook ${event} was removed\n`);
    });
}

async function markAsRun(paths: Awaited<ReturnType<typeof saveAccount>>, hooks: Hooks): Promise<void> {
  const { readKeyRecord } = await import('../store/key-records.js');
  const { readDeliveries, writeDeliveries } = await import('../store/deliveries.js');
  const { renewedHook, wantedOf } = await import('../core/delivery-record.js');
  const { fingerprintOf } = await import('../core/key-record.js');
  const { current } = await readKeyRecord(paths);
  const where = wantedOf({ hooks })[0]?.where;
  if (!current || where === undefined) return;
  const record = await readDeliveries(paths);
  const state = { where, fingerprint: fingerprintOf(current.key) };
  await writeDeliveries(paths, { ...record, targets: { ...record.targets, [renewedHook]: state } });
}

function requireEvent(event: string): asserts event is HookEvent {
  if (!hookEvents.includes(event as HookEvent)) throw usage(`"${event}" is not an event: ${hookEvents.join(', ')}.`);
}

const usage = (message: string) => appError(settingsErrors.usage, { message, command: 'keyturn account hook set' });
