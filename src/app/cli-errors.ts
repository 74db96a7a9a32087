import { cliErrorTexts } from '../messages/cli-errors.js';
import { entry } from '../lib/app-error.js';

/** KT15x: a command lacks something that it needs. */
export const cliErrors = {
  noKey: entry({ code: 'KT153', exitCode: 1, next: 'ask-person', texts: cliErrorTexts.noKey }),
  expiredKey: entry({ code: 'KT154', exitCode: 1, next: 'try-later', texts: cliErrorTexts.expiredKey }),
  endsSoon: entry({ code: 'KT162', exitCode: 1, next: 'try-later', texts: cliErrorTexts.endsSoon }),
  timeUnknown: entry({ code: 'KT163', exitCode: 1, next: 'try-later', texts: cliErrorTexts.timeUnknown }),
  loginUnfinished: entry({ code: 'KT156', exitCode: 3, next: 'ask-person', texts: cliErrorTexts.loginUnfinished }),
  loginNotKept: entry({ code: 'KT157', exitCode: 1, next: 'report-bug', texts: cliErrorTexts.loginNotKept }),
};
