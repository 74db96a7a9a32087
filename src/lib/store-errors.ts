import { storeErrorTexts } from '../messages/store-errors.js';
import { entry } from './app-error.js';

/** KT2xx: accounts and their files on this machine. */
export const storeErrors = {
  unknownAccount: entry({ code: 'KT201', exitCode: 2, next: 'fix-settings', texts: storeErrorTexts.unknownAccount }),
  notPrivate: entry({ code: 'KT210', exitCode: 2, next: 'fix-settings', texts: storeErrorTexts.notPrivate }),
  notAPlainFile: entry({ code: 'KT213', exitCode: 2, next: 'fix-settings', texts: storeErrorTexts.notAPlainFile }),
  cannotWrite: entry({ code: 'KT214', exitCode: 1, next: 'fix-settings', texts: storeErrorTexts.cannotWrite }),
  cannotRead: entry({ code: 'KT215', exitCode: 1, next: 'fix-settings', texts: storeErrorTexts.cannotRead }),
  damaged: entry({ code: 'KT216', exitCode: 1, next: 'fix-settings', texts: storeErrorTexts.damaged }),
  locked: entry({ code: 'KT220', exitCode: 4, next: 'try-later', texts: storeErrorTexts.locked }),
  lockedByPerson: entry({ code: 'KT221', exitCode: 4, next: 'ask-person', texts: storeErrorTexts.lockedByPerson }),
  badImport: entry({ code: 'KT230', exitCode: 2, next: 'fix-settings', texts: storeErrorTexts.badImport }),
};
