import { settingsErrorTexts } from '../messages/settings-errors.js';
import { entry } from './app-error.js';

/** KT1xx: wrong arguments and settings. */
export const settingsErrors = {
  usage: entry({ code: 'KT101', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.usage }),
  badDuration: entry({ code: 'KT102', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.badDuration }),
  accountName: entry({ code: 'KT103', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.accountName }),
  noHome: entry({ code: 'KT104', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.noHome }),
  badSettings: entry({ code: 'KT105', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.badSettings }),
  settingsFile: entry({ code: 'KT106', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.settingsFile }),
  unknownSetting: entry({ code: 'KT107', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.unknownSetting }),
  envFile: entry({ code: 'KT108', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.envFile }),
};
