import { deliveryErrorTexts } from '../messages/delivery-errors.js';
import { entry } from '../lib/app-error.js';

/** KT9xx: delivering the key to its consumers, and running hooks. */
export const deliveryErrors = {
  notReady: entry({ code: 'KT901', exitCode: 1, next: 'fix-settings', texts: deliveryErrorTexts.notReady }),
  unusableFile: entry({ code: 'KT902', exitCode: 1, next: 'fix-settings', texts: deliveryErrorTexts.unusableFile }),
  programFailed: entry({ code: 'KT904', exitCode: 1, next: 'fix-settings', texts: deliveryErrorTexts.programFailed }),
  undelivered: entry({ code: 'KT905', exitCode: 1, next: 'try-later', texts: deliveryErrorTexts.undelivered }),
};
