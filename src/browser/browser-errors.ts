import { browserErrorTexts as texts } from '../messages/browser-errors.js';
import { entry } from '../lib/app-error.js';

/** KT3xx: the browser, its profile folder and the display. */
export const browserErrors = {
  noBrowser: entry({ code: 'KT301', exitCode: 2, next: 'fix-settings', texts: texts.noBrowser }),
  noDisplay: entry({ code: 'KT304', exitCode: 2, next: 'fix-settings', texts: texts.noDisplay }),
  profileInUse: entry({ code: 'KT306', exitCode: 4, next: 'try-later', texts: texts.profileInUse }),
  launchFailed: entry({ code: 'KT308', exitCode: 1, next: 'try-later', texts: texts.launchFailed }),
  sandboxUnavailable: entry({ code: 'KT310', exitCode: 2, next: 'fix-settings', texts: texts.sandboxUnavailable }),
  unusableFolder: entry({ code: 'KT315', exitCode: 2, next: 'fix-settings', texts: texts.unusableFolder }),
};
