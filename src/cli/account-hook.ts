import type { Command } from 'commander';
import type { ProcessContext } from '../app/process-context.js';
import { commonTexts } from '../messages/cli/common.js';
import { hookTexts } from '../messages/cli/account-hook.js';
import { report, type KeyturnCommand } from './command-help.js';
import { splitAtDashes } from './words-after-dashes.js';
import { printJson } from './output/print-json.js';

export function registerAccountHook(account: KeyturnCommand, context: ProcessContext): void {
  const { language } = context;
  const hook = account.command('hook').description(hookTexts.about[language]);

  hook
    .command('set')
    .usage('[options] <account> <event> -- <command> [args...]')
    .argument('<account>', commonTexts.account[language])
    .argument('<event>', hookTexts.event[language])
    .argument('[words...]', hookTexts.words[language])
    .description(hookTexts.set[language])
    .option('--timeout <duration>', hookTexts.timeout[language])
    .examples([
      'keyturn account hook set work renewed -- systemctl --user restart my-agent',
      'keyturn account hook set work failed --timeout 10s -- notify-send keyturn',
    ])
    .action(async (name: string, event: string, words: string[], options: { timeout?: string }, command: Command) => {
      const { before, after } = splitAtDashes(words, command);
      const { setHook } = await import('../app/account/account-deliveries.js');
      await setHook(name, { event, words: before, program: after, timeout: options.timeout }, context);
      const done = hookTexts.wasSet(name, event, after.join(' '));
      report(context, done, `keyturn refresh ${name} --dry-run --run-hooks`);
    });

  hook
    .command('list')
    .argument('<account>', commonTexts.account[language])
    .description(hookTexts.list[language])
    .option('--json', commonTexts.json[language])
    .action(async (name: string, options: { json?: boolean }) => {
      const { listHooks } = await import('../app/account/account-deliveries.js');
      const hooks = await listHooks(name, context);
      const lines = Object.entries(hooks).map(
        ([event, { command, enabled }]) =>
          `${event}: ${command.join(' ')}${enabled === false ? hookTexts.off[context.language] : ''}\n`,
      );
      if (options.json) printJson<'account hook list'>(context, { hooks });
      else if (lines.length === 0) report(context, hookTexts.noHooks(name));
      else context.stdout.write(lines.join(''));
    });

  hook
    .command('enable')
    .argument('<account>', commonTexts.account[language])
    .argument('<event>', hookTexts.event[language])
    .description(hookTexts.enable[language])
    .action(async (name: string, event: string) => {
      const { enableHook } = await import('../app/account/account-deliveries.js');
      await enableHook(name, event, context);
      report(context, hookTexts.enabled(name, event), `keyturn refresh ${name} --dry-run --run-hooks`);
    });

  hook
    .command('remove')
    .argument('<account>', commonTexts.account[language])
    .argument('<event>', hookTexts.event[language])
    .description(hookTexts.remove[language])
    .action(async (name: string, event: string) => {
      const { removeHook } = await import('../app/account/account-deliveries.js');
      await removeHook(name, event, context);
      report(context, hookTexts.removed(name, event));
    });
}
