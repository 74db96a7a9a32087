import { scheduleErrorTexts } from '../messages/schedule-errors.js';
import { entry } from '../lib/app-error.js';

/** KT85x: the schedule that runs keyturn automatically. */
export const scheduleErrors = {
  unusable: entry({ code: 'KT850', exitCode: 2, next: 'fix-settings', texts: scheduleErrorTexts.unusable }),
  noUserManager: entry({ code: 'KT851', exitCode: 2, next: 'fix-settings', texts: scheduleErrorTexts.noUserManager }),
  foreign: entry({ code: 'KT853', exitCode: 2, next: 'fix-settings', texts: scheduleErrorTexts.foreign }),
  failed: entry({ code: 'KT855', exitCode: 1, next: 'fix-settings', texts: scheduleErrorTexts.failed }),
  willNotFire: entry({ code: 'KT856', exitCode: 1, next: 'fix-settings', texts: scheduleErrorTexts.willNotFire }),
};
