import { deliveryErrorTexts } from '../messages/delivery-errors.js';
import { entry } from './app-error.js';

/** KT9xx: delivering the key to its consumers, and running hooks. */
export const deliveryErrors = {
  notReady: entry({ code: 'KT901', exitCode: 1, next: 'fix-settings', texts: deliveryErrorTexts.notReady }),
  unusableFile: entry({ code: 'KT902', exitCode: 1, next: 'fix-settings', texts: deliveryErrorTexts.unusableFile }),
  notWritable: entry({ code: 'KT903', exitCode: 1, next: 'fix-settings', texts: deliveryErrorTexts.notWritable }),
  commandFailed: entry({ code: 'KT904', exitCode: 1, next: 'fix-settings', texts: deliveryErrorTexts.commandFailed }),
  undelivered: entry({ code: 'KT905', exitCode: 1, next: 'try-later', texts: deliveryErrorTexts.undelivered }),
  hookFailed: entry({ code: 'KT906', exitCode: 1, next: 'fix-settings', texts: deliveryErrorTexts.hookFailed }),
  unknownTarget: entry({ code: 'KT907', exitCode: 2, next: 'fix-settings', texts: deliveryErrorTexts.unknownTarget }),
  targetExists: entry({ code: 'KT908', exitCode: 2, next: 'fix-settings', texts: deliveryErrorTexts.targetExists }),
  noTargets: entry({ code: 'KT909', exitCode: 2, next: 'fix-settings', texts: deliveryErrorTexts.noTargets }),
};
