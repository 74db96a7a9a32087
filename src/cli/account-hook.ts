import type { Command } from 'commander';
import type { ProcessContext } from '../app/process-context.js';
import { examples } from './command-help.js';
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
      const { before, after } = splitAtDashes(words, command);
      const { setHook } = await import('../app/account/account-hooks.js');
      await setHook(name, { event, words: before, program: after, timeout: options.timeout }, context);
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
      const { listHooks } = await import('../app/account/account-hooks.js');
      const { hooks, events } = await listHooks(name, context);
      if (options.json) {
        context.stdout.write(`${JSON.stringify(hooks, null, 2)}\n`);
        return;
      }
      for (const event of events) context.stdout.write(`${event}: ${hooks[event]?.command.join(' ') ?? ''}\n`);
      if (events.length === 0) context.stderr.write(`${name} has no hook\n`);
    });

  hook
    .command('remove')
    .argument('<account>')
    .argument('<event>')
    .description('run it no more')
    .action(async (name: string, event: string) => {
      const { removeHook } = await import('../app/account/account-hooks.js');
      await removeHook(name, event, context);
      context.stderr.write(`${name}: the hook ${event} was removed\n`);
    });
}
