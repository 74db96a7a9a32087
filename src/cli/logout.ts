import type { Command } from 'commander';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { confirm } from './confirm.js';
import { pickAccount } from '../app/pick-account.js';
import { commonTexts } from '../messages/cli/common.js';
import { logoutTexts } from '../messages/cli/logout.js';
import { nextLine } from '../messages/command-line.js';
import { examples, type SetExitCode } from './command-help.js';

export function registerLogout(program: Command, context: ProcessContext, _setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('logout')
    .argument('[account]', commonTexts.onlyAccount[language])
    .option('-y, --yes', commonTexts.yes[language])
    .description(logoutTexts.about[language])
    .addHelpText('after', examples(language, ['keyturn logout work']))
    .action(async (name: string | undefined, options: { yes?: boolean }) => {
      const home = homeOf(context);
      const account = await pickAccount(home, name, 'logout');
      const sure = await confirm(context, {
        what: logoutTexts.question(account.name),
        command: `keyturn logout ${account.name}`,
        yes: options.yes === true,
      });
      if (!sure) return;
      const { forgetLogin } = await import('../app/forget-login.js');
      await forgetLogin(home, account.name, context.clock.now);
      const done = logoutTexts.done(account.name)[context.language];
      context.stderr.write(`${done}\n${nextLine(`keyturn login ${account.name}`, context.language)}`);
    });
}
