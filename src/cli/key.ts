import type { Command } from 'commander';
import { currentKey } from '../app/current-key.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { examples, type SetExitCode } from './command-help.js';
import { showTime } from '../lib/show-time.js';
import { commonTexts } from '../messages/cli/common.js';
import { keyTexts } from '../messages/cli/key.js';

export function registerKey(program: Command, context: ProcessContext, _setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('key')
    .argument('[account]', commonTexts.onlyAccount[language])
    .description(keyTexts.about[language])
    .addHelpText(
      'after',
      examples(language, ['curl -H "Authorization: Bearer $(keyturn key work)" https://api.example.com/']),
    )
    .action(async (name: string | undefined) => {
      const warn = (message: string) => void context.stderr.write(`${message}\n`);
      const { account, key, expiredAt } = await currentKey(homeOf(context), name, { now: context.clock.now(), warn });
      if (expiredAt !== undefined) warn(keyTexts.expired(showTime(expiredAt), account)[context.language]);
      context.stdout.write(`${key}\n`);
    });
}
