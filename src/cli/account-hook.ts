import type { Command } from 'commander';
import type { ProcessContext } from '../app/process-context.js';
import { commonTexts } from '../messages/cli/common.js';
import { hookTexts } from '../messages/cli/account-hook.js';
import { nextLine } from '../messages/command-line.js';
import { examples } from './command-help.js';
import { splitAtDashes } from './words-after-dashes.js';

export function registerAccountHook(account: Command, context: ProcessContext): void {
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
    .addHelpText(
      'after',
      examples(language, [
        'keyturn account hook set work renewed -- systemctl --user restart my-agent',
        'keyturn account hook set work failed --timeout 10s -- notify-send keyturn',
      ]),
    )
    .action(async (name: string, event: string, words: string[], options: { timeout?: string }, command: Command) => {
      const { before, after } = splitAtDashes(words, command);
      const { setHook } = await import('../app/account/account-hooks.js');
      await setHook(name, { event, words: before, program: after, timeout: options.timeout }, context);
      const done = hookTexts.wasSet(name, event, after.join(' '))[context.language];
      const next = nextLine(`keyturn refresh ${name} --dry-run --run-hooks`, context.language);
      context.stderr.write(`${done}\n${next}`);
    });

  hook
    .command('list')
    .argument('<account>', commonTexts.account[language])
    .description(hookTexts.list[language])
    .option('--json', commonTexts.json[language])
    .action(async (name: string, options: { json?: boolean }) => {
      const { listHooks } = await import('../app/account/account-hooks.js');
      const { hooks, events } = await listHooks(name, context);
      if (options.json) {
        context.stdout.write(`${JSON.stringify(hooks, null, 2)}\n`);
        return;
      }
      for (const event of events) context.stdout.write(`${event}: ${hooks[event]?.command.join(' ') ?? ''}\n`);
      if (events.length === 0) context.stderr.write(`${hookTexts.noHooks(name)[context.language]}\n`);
    });

  hook
    .command('remove')
    .argument('<account>', commonTexts.account[language])
    .argument('<event>', hookTexts.eventName[language])
    .description(hookTexts.remove[language])
    .action(async (name: string, event: string) => {
      const { removeHook } = await import('../app/account/account-hooks.js');
      await removeHook(name, event, context);
      context.stderr.write(`${hookTexts.removed(name, event)[context.language]}\n`);
    });
}
