import type { ProcessContext } from '../app/process-context.js';
import type { RunWatchOptions } from '../app/watch/container.js';
import { printable, redactText } from '../lib/redact.js';
import { watchTexts } from '../messages/cli/watch.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { printError } from './output/print-error.js';

export function registerWatch(
  program: KeyturnCommand,
  context: ProcessContext,
  _: SetExitCode,
  runCommand: RunWatchOptions['runCommand'],
): void {
  const { language } = context;
  program
    .command('watch')
    .description(watchTexts.about[language])
    .examples(['keyturn watch', 'keyturn schedule install --watch'], watchTexts.signals[language])
    .action(async () => {
      const { runWatch } = await import('../app/watch/run-watch.js');
      await runWatch(context, {
        say: (line) => void context.stderr.write(`${printable(redactText(line))}\n`),
        printError: (error) => void printError(error, context),
        runCommand,
      });
    });
}
