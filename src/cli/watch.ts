import type { Command } from 'commander';
import type { ProcessContext } from '../app/process-context.js';
import { printable, redactText } from '../lib/redact.js';
import { examples, type SetExitCode } from './command-help.js';
import { printError } from './output/print-error.js';

export function registerWatch(program: Command, context: ProcessContext, _setExitCode: SetExitCode): void {
  program
    .command('watch')
    .description('stay and renew every key on time, ask and remind in Feishu at decent hours, hear answers at any hour')
    .addHelpText(
      'after',
      `${examples(['keyturn watch', 'systemctl --user enable --now keyturn-watch'])}

SIGHUP loads the settings anew; SIGTERM and Ctrl-C end it within five seconds, and questions stay answerable.`,
    )
    .action(async () => {
      const { runWatch } = await import('../app/watch/run-watch.js');
      await runWatch(context, {
        say: (line) => void context.stderr.write(`${printable(redactText(line))}\n`),
        printError: (error) => void printError(error, context),
      });
    });
}
