import type { Command } from 'commander';
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
      const { forgetLogin } = await import('../app/forget-login.js');
      await forgetLogin(home, account.name, context.clock.now);
      context.stderr.write(
        `${account.name}: the login was forgotten here; at the site itself other sign-ins go on\nnext: keyturn login ${account.name}\n`,
      );
    });
}
