import { rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { accountPaths } from '../store/home.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { confirm } from './confirm.js';
import { pickAccount } from '../app/pick-account.js';
import { examples, type SetExitCode } from './command-help.js';

export function registerLogout(program: Command, context: ProcessContext, _setExitCode: SetExitCode): void {
  program
    .command('logout')
    .argument('[account]', 'may be left out when there is only one')
    .option('-y, --yes', 'do not ask')
    .description(
      'forget the login on this machine: browser profile, session and screenshots; the key and the history stay',
    )
    .addHelpText('after', examples(['keyturn logout work']))
    .action(async (name: string | undefined, options: { yes?: boolean }) => {
      const home = homeOf(context);
      const account = await pickAccount(home, name, 'logout');
      const sure = await confirm(context, {
        what: `Forget the login of ${account.name} on this machine? Renewing it again will need a sign-in.`,
        command: `keyturn logout ${account.name}`,
        yes: options.yes === true,
      });
      if (!sure) return;
      const { acquireLock } = await import('../store/lock.js');
      const { appendHistory } = await import('../store/history.js');
      const { removeCheckpoint } = await import('../store/checkpoints.js');
      const { newRunId } = await import('../lib/run-id.js');
      const paths = accountPaths(home, account.name);
      const runId = newRunId();
      const lock = await acquireLock(paths.lock, { command: 'keyturn logout', runId, now: context.clock.now });
      try {
        await removeCheckpoint(paths);
        await rm(paths.browser, { recursive: true, force: true, maxRetries: 3 });
        await rm(paths.evidence, { recursive: true, force: true });
        await appendHistory(paths, { at: new Date(context.clock.now()).toISOString(), runId, event: 'logged-out' });
      } finally {
        await lock.release();
      }
      context.stderr.write(
        `${account.name}: the login was forgotten here; at the site itself other sign-ins go on\nnext: keyturn login ${account.name}\n`,
      );
    });
}
