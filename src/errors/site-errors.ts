import { siteErrorTexts } from '../messages/site-errors.js';
import { entry } from './app-error.js';

/** KT4xx: site profiles and the values that they are resolved with. */
export const siteErrors = {
  profileNotFound: entry({ code: 'KT401', exitCode: 2, next: 'fix-settings', texts: siteErrorTexts.profileNotFound }),
  profileInvalid: entry({ code: 'KT402', exitCode: 2, next: 'fix-settings', texts: siteErrorTexts.profileInvalid }),
  profileUnreadable: entry({
    code: 'KT403',
    exitCode: 2,
    next: 'fix-settings',
    texts: siteErrorTexts.profileUnreadable,
  }),
  badAddress: entry({ code: 'KT404', exitCode: 2, next: 'fix-settings', texts: siteErrorTexts.badAddress }),
  missingSection: entry({ code: 'KT405', exitCode: 2, next: 'fix-settings', texts: siteErrorTexts.missingSection }),
  badProxy: entry({ code: 'KT406', exitCode: 2, next: 'fix-settings', texts: siteErrorTexts.badProxy }),
};
