import type { Command } from 'commander';
import { currentKey } from '../app/current-key.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { examples, type SetExitCode } from './command-help.js';
import { showTime } from '../lib/show-time.js';

export function registerKey(program: Command, context: ProcessContext, _setExitCode: SetExitCode): void {
  program
    .command('key')
    .argument('[account]', 'may be left out when there is only one')
    .description('print the current key, nothing else')
    .addHelpText('after', examples(['curl -H "Authorization: Bearer $(keyturn key work)" https://api.example.com/']))
    .action(async (name: string | undefined) => {
      const warn = (message: string) => void context.stderr.write(`${message}\n`);
      const { account, key, expiredAt } = await currentKey(homeOf(context), name, { now: context.clock.now(), warn });
      if (expiredAt !== undefined) {
        const when = showTime(expiredAt);
        warn(`warning: this key expired at ${when}; renew it with: keyturn refresh ${account}`);
      }
      context.stdout.write(`${key}\n`);
    });
}
