import { homeOf, type ProcessContext } from '../app/process-context.js';
import { confirm } from './confirm.js';
import { pickAccount } from '../app/pick-account.js';
import { commonTexts } from '../messages/cli/common.js';
import { logoutTexts } from '../messages/cli/logout.js';
import { report, type KeyturnCommand } from './command-help.js';

export function registerLogout(program: KeyturnCommand, context: ProcessContext): void {
  const { language } = context;
  program
    .command('logout')
    .argument('[account]', commonTexts.onlyAccount[language])
    .option('-y, --yes', commonTexts.yes[language])
    .description(logoutTexts.about[language])
    .examples(['keyturn logout work'])
    .action(async (name: string | undefined, options: { yes?: boolean }) => {
      const { name: account } = await pickAccount(homeOf(context), name, 'logout');
      const question = logoutTexts.question(account);
      if (!(await confirm(context, question, `keyturn logout ${account}`, options.yes))) return;
      const { forgetLogin } = await import('../app/account/change-account.js');
      await forgetLogin(account, context);
      report(context, logoutTexts.done(account), `keyturn login ${account}`);
    });
}
