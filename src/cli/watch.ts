import type { Command } from 'commander';
import type { ProcessContext } from '../app/process-context.js';
import { printable, redactText } from '../lib/redact.js';
import { watchTexts } from '../messages/cli/watch.js';
import { examples, type SetExitCode } from './command-help.js';
import { printError } from './output/print-error.js';

export function registerWatch(program: Command, context: ProcessContext, _setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('watch')
    .description(watchTexts.about[language])
    .addHelpText(
      'after',
      `\n${watchTexts.signals[language]}\n${examples(language, ['keyturn watch', 'keyturn schedule install --watch'])}`,
    )
    .action(async () => {
      const { runWatch } = await import('../app/watch/run-watch.js');
      await runWatch(context, {
        say: (line) => void context.stderr.write(`${printable(redactText(line))}\n`),
        printError: (error) => void printError(error, context),
      });
    });
}
