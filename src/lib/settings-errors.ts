import { settingsErrorTexts, type Usage } from '../messages/settings-errors.js';
import { appError, entry, type AppError } from './app-error.js';

/** KT1xx: wrong arguments and settings. */
export const settingsErrors = {
  usage: entry({ code: 'KT101', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.usage }),
  badSettings: entry({ code: 'KT105', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.badSettings }),
  settingsFile: entry({ code: 'KT106', exitCode: 2, next: 'fix-settings', texts: settingsErrorTexts.settingsFile }),
};

export const usageError = (usage: Usage): AppError => appError(settingsErrors.usage, usage);
