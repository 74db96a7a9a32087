import type { Command } from 'commander';
import { appError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import type { ProcessContext } from '../app/process-context.js';
import { runWithKey } from '../app/run-with-key.js';
import { splitAtDashes } from './words-after-dashes.js';
import { examples, type SetExitCode } from './command-help.js';

export function registerExec(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('exec')
    .usage('[options] [account] -- <command> [args...]')
    .argument(
      '[words...]',
      'the account (may be left out when there is only one), then --, then the program and its arguments',
    )
    .description('run a program with the current key in its environment')
    .option('--env <NAME>', "the variable's name (default: what the site profile says)")
    .passThroughOptions(false)
    .addHelpText(
      'after',
      examples(['keyturn exec work -- my-agent --serve', 'keyturn exec work --env OPENAI_API_KEY -- python bot.py']),
    )
    .action(async (words: string[], options: { env?: string }, command: Command) => {
      setExitCode(await runWithKey(context, { ...programOf(words, command), variable: options.env }));
    });
}

function programOf(
  words: readonly string[],
  command: Command,
): { account?: string; program: readonly [string, ...string[]] } {
  const { before, after } = splitAtDashes(words, command);
  const [first, ...rest] = after;
  if (first === undefined || before.length > 1) {
    throw appError(settingsErrors.usage, {
      message: 'The program to run comes after --, as in: keyturn exec work -- my-agent',
      command: 'keyturn exec',
    });
  }
  return { account: before[0], program: [first, ...rest] };
}
