import { scheduleErrorTexts } from '../messages/schedule-errors.js';
import { entry } from './app-error.js';

/** KT85x: the schedule that runs keyturn automatically. */
export const scheduleErrors = {
  noScheduler: entry({ code: 'KT850', exitCode: 2, next: 'fix-settings', texts: scheduleErrorTexts.noScheduler }),
  noUserManager: entry({ code: 'KT851', exitCode: 2, next: 'fix-settings', texts: scheduleErrorTexts.noUserManager }),
  schedulerMissing: entry({
    code: 'KT852',
    exitCode: 2,
    next: 'fix-settings',
    texts: scheduleErrorTexts.schedulerMissing,
  }),
  foreign: entry({ code: 'KT853', exitCode: 2, next: 'fix-settings', texts: scheduleErrorTexts.foreign }),
  crontabDenied: entry({ code: 'KT854', exitCode: 2, next: 'fix-settings', texts: scheduleErrorTexts.crontabDenied }),
  failed: entry({ code: 'KT855', exitCode: 1, next: 'fix-settings', texts: scheduleErrorTexts.failed }),
  willNotFire: entry({ code: 'KT856', exitCode: 1, next: 'fix-settings', texts: scheduleErrorTexts.willNotFire }),
  noService: entry({ code: 'KT857', exitCode: 2, next: 'fix-settings', texts: scheduleErrorTexts.noService }),
  unschedulable: entry({ code: 'KT858', exitCode: 2, next: 'fix-settings', texts: scheduleErrorTexts.unschedulable }),
};
