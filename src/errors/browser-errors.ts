import { browserErrorTexts } from '../messages/browser-errors.js';
import { entry } from './app-error.js';

/** KT3xx: the browser, its profile folder and the display. */
export const browserErrors = {
  noBrowser: entry({ code: 'KT301', exitCode: 2, next: 'fix-settings', texts: browserErrorTexts.noBrowser }),
  wantedBrowserMissing: entry({
    code: 'KT302',
    exitCode: 2,
    next: 'fix-settings',
    texts: browserErrorTexts.wantedBrowserMissing,
  }),
  snapCannotReachProfile: entry({
    code: 'KT303',
    exitCode: 2,
    next: 'fix-settings',
    texts: browserErrorTexts.snapCannotReachProfile,
  }),
  noDisplay: entry({ code: 'KT304', exitCode: 2, next: 'fix-settings', texts: browserErrorTexts.noDisplay }),
  displayFailed: entry({ code: 'KT305', exitCode: 1, next: 'try-later', texts: browserErrorTexts.displayFailed }),
  profileInUse: entry({ code: 'KT306', exitCode: 4, next: 'try-later', texts: browserErrorTexts.profileInUse }),
  profileInUseElsewhere: entry({
    code: 'KT307',
    exitCode: 4,
    next: 'try-later',
    texts: browserErrorTexts.profileInUseElsewhere,
  }),
  launchFailed: entry({ code: 'KT308', exitCode: 1, next: 'try-later', texts: browserErrorTexts.launchFailed }),
  missingLibraries: entry({
    code: 'KT309',
    exitCode: 2,
    next: 'fix-settings',
    texts: browserErrorTexts.missingLibraries,
  }),
  sandboxUnavailable: entry({
    code: 'KT310',
    exitCode: 2,
    next: 'fix-settings',
    texts: browserErrorTexts.sandboxUnavailable,
  }),
  badProxy: entry({ code: 'KT311', exitCode: 2, next: 'fix-settings', texts: browserErrorTexts.badProxy }),
  attachFailed: entry({ code: 'KT312', exitCode: 1, next: 'try-later', texts: browserErrorTexts.attachFailed }),
  displayUnreachable: entry({
    code: 'KT314',
    exitCode: 2,
    next: 'fix-settings',
    texts: browserErrorTexts.displayUnreachable,
  }),
  profileFolderUnusable: entry({
    code: 'KT315',
    exitCode: 2,
    next: 'fix-settings',
    texts: browserErrorTexts.profileFolderUnusable,
  }),
  aborted: entry({ code: 'KT313', exitCode: 1, next: 'try-later', texts: browserErrorTexts.aborted }),
};
