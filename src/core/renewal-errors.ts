import { renewalErrorTexts } from '../messages/renewal-errors.js';
import { entry } from '../lib/app-error.js';

/** KT6xx: a renewal ended without a working new key. */
export const renewalErrors = {
  signedOut: entry({ code: 'KT601', exitCode: 3, next: 'ask-person', texts: renewalErrorTexts.signedOut }),
  challenge: entry({ code: 'KT602', exitCode: 3, next: 'ask-person', texts: renewalErrorTexts.challenge }),
  stillWaiting: entry({ code: 'KT603', exitCode: 3, next: 'ask-person', texts: renewalErrorTexts.stillWaiting }),
  drift: entry({ code: 'KT604', exitCode: 1, next: 'fix-settings', texts: renewalErrorTexts.drift }),
  refused: entry({ code: 'KT605', exitCode: 1, next: 'fix-settings', texts: renewalErrorTexts.refused }),
  unreachable: entry({ code: 'KT607', exitCode: 1, next: 'try-later', texts: renewalErrorTexts.unreachable }),
  misconfigured: entry({ code: 'KT613', exitCode: 2, next: 'fix-settings', texts: renewalErrorTexts.misconfigured }),
  unproved: entry({ code: 'KT608', exitCode: 1, next: 'try-later', texts: renewalErrorTexts.unproved }),
  keyNotKept: entry({ code: 'KT609', exitCode: 1, next: 'fix-settings', texts: renewalErrorTexts.keyNotKept }),
  neverSignedIn: entry({ code: 'KT612', exitCode: 3, next: 'ask-person', texts: renewalErrorTexts.neverSignedIn }),
  timeUnknown: entry({ code: 'KT614', exitCode: 1, next: 'fix-settings', texts: renewalErrorTexts.timeUnknown }),
  notSeen: entry({ code: 'KT611', exitCode: 1, next: 'ask-person', texts: renewalErrorTexts.notSeen }),
};
