import { cliErrorTexts } from '../messages/cli-errors.js';
import { entry } from './app-error.js';

/** KT15x: a command lacks something that it needs. */
export const cliErrors = {
  noAccounts: entry({ code: 'KT151', exitCode: 2, next: 'fix-settings', texts: cliErrorTexts.noAccounts }),
  noKey: entry({ code: 'KT153', exitCode: 1, next: 'ask-person', texts: cliErrorTexts.noKey }),
  expiredKey: entry({ code: 'KT154', exitCode: 1, next: 'try-later', texts: cliErrorTexts.expiredKey }),
  commandNotStarted: entry({
    code: 'KT155',
    exitCode: 1,
    next: 'fix-settings',
    texts: cliErrorTexts.commandNotStarted,
  }),
  loginUnfinished: entry({ code: 'KT156', exitCode: 3, next: 'ask-person', texts: cliErrorTexts.loginUnfinished }),
  loginNotKept: entry({ code: 'KT157', exitCode: 1, next: 'report-bug', texts: cliErrorTexts.loginNotKept }),
  nothingWaits: entry({ code: 'KT159', exitCode: 2, next: 'fix-settings', texts: cliErrorTexts.nothingWaits }),
  feishuMissing: entry({ code: 'KT160', exitCode: 2, next: 'fix-settings', texts: cliErrorTexts.feishuMissing }),
};
