import type { Command } from 'commander';
import { usageError } from '../lib/settings-errors.js';
import type { ProcessContext } from '../app/process-context.js';
import { runWithKey } from '../app/run-with-key.js';
import { execTexts } from '../messages/cli/exec.js';
import { usageTexts } from '../messages/cli/usage.js';
import { splitAtDashes } from './words-after-dashes.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';

export function registerExec(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('exec')
    .usage('[options] [account] -- <command> [args...]')
    .argument('[account...]', execTexts.account[language])
    .description(execTexts.about[language])
    .option('--env <NAME>', execTexts.env[language])
    .passThroughOptions(false)
    .examples(['keyturn exec work -- my-agent --serve', 'keyturn exec work --env OPENAI_API_KEY -- python bot.py'])
    .action(async (words: string[], options: { env?: string }, command: Command) => {
      const { before, after } = splitAtDashes(words, command);
      const [first, ...rest] = after;
      if (first === undefined || before.length > 1) {
        const message = usageTexts.programAfterDashes('keyturn exec work -- my-agent');
        throw usageError({ message, command: 'keyturn exec' });
      }
      const program = [first, ...rest] as const;
      setExitCode(await runWithKey(context, { account: before[0], program, variable: options.env }));
    });
}
