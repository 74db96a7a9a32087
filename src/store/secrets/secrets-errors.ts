import { secretsErrorTexts as texts } from '../../messages/secrets-errors.js';
import { entry } from '../../lib/app-error.js';

/** KT92x and KT93x: encryption of the files on this machine and of exported ones. */
export const secretsErrors = {
  noKeychain: entry({ code: 'KT920', exitCode: 2, next: 'fix-settings', texts: texts.noKeychain }),
  keychainRefused: entry({ code: 'KT921', exitCode: 1, next: 'ask-person', texts: texts.keychainRefused }),
  badPassphrase: entry({ code: 'KT923', exitCode: 2, next: 'fix-settings', texts: texts.badPassphrase }),
  unknownKey: entry({ code: 'KT926', exitCode: 1, next: 'fix-settings', texts: texts.unknownKey }),
  unsettledRotation: entry({ code: 'KT929', exitCode: 1, next: 'try-later', texts: texts.unsettledRotation }),
  plainRecord: entry({ code: 'KT930', exitCode: 1, next: 'fix-settings', texts: texts.plainRecord }),
  oldEncryption: entry({ code: 'KT931', exitCode: 2, next: 'fix-settings', texts: texts.oldEncryption }),
};
