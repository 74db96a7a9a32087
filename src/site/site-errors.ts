import { siteErrorTexts } from '../messages/site-errors.js';
import { entry } from '../lib/app-error.js';

/** KT4xx: site profiles. */
export const siteErrors = {
  profileNotFound: entry({ code: 'KT401', exitCode: 2, next: 'fix-settings', texts: siteErrorTexts.profileNotFound }),
  profileInvalid: entry({ code: 'KT402', exitCode: 2, next: 'fix-settings', texts: siteErrorTexts.profileInvalid }),
};
