import { watchErrorTexts } from '../messages/watch-errors.js';
import { entry } from './app-error.js';

/** KT8xx: the watch, the process that looks after all accounts. */
export const watchErrors = {
  alreadyRunning: entry({ code: 'KT801', exitCode: 4, next: 'try-later', texts: watchErrorTexts.alreadyRunning }),
};
