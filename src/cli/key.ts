import type { Command } from 'commander';
import { appError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import { accountPaths } from '../store/home.js';
import { readKeyRecord } from '../store/key-records.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { pickAccount } from '../app/pick-account.js';
import { examples, type SetExitCode } from './command-help.js';
import { showTime } from '../lib/show-time.js';

export function registerKey(program: Command, context: ProcessContext, _setExitCode: SetExitCode): void {
  program
    .command('key')
    .argument('[account]', 'may be left out when there is only one')
    .description('print the current key, nothing else')
    .addHelpText('after', examples(['curl -H "Authorization: Bearer $(keyturn key work)" https://api.example.com/']))
    .action(async (name: string | undefined) => {
      const home = homeOf(context);
      const account = await pickAccount(home, name, 'key');
      const warn = (message: string) => void context.stderr.write(`${message}\n`);
      const { current } = await readKeyRecord(accountPaths(home, account.name), warn);
      if (!current) throw appError(cliErrors.noKey, { account: account.name });
      if (current.expiresAt !== undefined && Date.parse(current.expiresAt) <= context.clock.now()) {
        context.stderr.write(
          `warning: this key expired at ${showTime(current.expiresAt)}; renew it with: keyturn refresh ${account.name}\n`,
        );
      }
      context.stdout.write(`${current.key}\n`);
    });
}
