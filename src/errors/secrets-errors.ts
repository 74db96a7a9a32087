import { secretsErrorTexts } from '../messages/secrets-errors.js';
import { entry } from './app-error.js';

/** KT92x: encryption of the files on this machine and of exported ones. */
export const secretsErrors = {
  noKeychain: entry({ code: 'KT920', exitCode: 2, next: 'fix-settings', texts: secretsErrorTexts.noKeychain }),
  keychainRefused: entry({ code: 'KT921', exitCode: 1, next: 'ask-person', texts: secretsErrorTexts.keychainRefused }),
  notInKeychain: entry({ code: 'KT922', exitCode: 1, next: 'fix-settings', texts: secretsErrorTexts.notInKeychain }),
  badPassphraseFile: entry({
    code: 'KT923',
    exitCode: 2,
    next: 'fix-settings',
    texts: secretsErrorTexts.badPassphraseFile,
  }),
  changeInProgress: entry({ code: 'KT924', exitCode: 4, next: 'try-later', texts: secretsErrorTexts.changeInProgress }),
  wrongPassphrase: entry({
    code: 'KT925',
    exitCode: 2,
    next: 'fix-settings',
    texts: secretsErrorTexts.wrongPassphrase,
  }),
  unknownKey: entry({ code: 'KT926', exitCode: 1, next: 'fix-settings', texts: secretsErrorTexts.unknownKey }),
  badExport: entry({ code: 'KT928', exitCode: 2, next: 'fix-settings', texts: secretsErrorTexts.badExport }),
  unsettledRotation: entry({
    code: 'KT929',
    exitCode: 1,
    next: 'try-later',
    texts: secretsErrorTexts.unsettledRotation,
  }),
  plainRecord: entry({ code: 'KT930', exitCode: 1, next: 'fix-settings', texts: secretsErrorTexts.plainRecord }),
  oldEncryption: entry({ code: 'KT931', exitCode: 2, next: 'fix-settings', texts: secretsErrorTexts.oldEncryption }),
};
