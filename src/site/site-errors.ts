import { siteErrorTexts } from '../messages/site-errors.js';
import { appError, entry } from '../lib/app-error.js';
import { settingsErrors } from '../lib/settings-errors.js';

/** KT4xx: site profiles. */
export const siteErrors = {
  profileNotFound: entry({ code: 'KT401', exitCode: 2, next: 'fix-settings', texts: siteErrorTexts.profileNotFound }),
  profileInvalid: entry({ code: 'KT402', exitCode: 2, next: 'fix-settings', texts: siteErrorTexts.profileInvalid }),
};

/** KT101: the method needs a section that the profile does not have; the other method may work. */
export function missingSection(profile: string, section: 'http' | 'page') {
  const message = siteErrorTexts.missingSection(profile, section);
  const next = `keyturn refresh --method ${section === 'http' ? 'browser' : 'http'}`;
  return appError(settingsErrors.usage, { message, next });
}
