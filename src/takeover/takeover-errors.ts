import { takeoverErrorTexts } from '../messages/takeover-errors.js';
import { entry } from '../lib/app-error.js';

/** KT7xx: the takeover page, which shows one tab live on the owner's phone. */
export const takeoverErrors = {
  unsafeAddress: entry({ code: 'KT701', exitCode: 2, next: 'fix-settings', texts: takeoverErrorTexts.unsafeAddress }),
  portUnusable: entry({ code: 'KT705', exitCode: 1, next: 'fix-settings', texts: takeoverErrorTexts.portUnusable }),
  pageGone: entry({ code: 'KT706', exitCode: 1, next: 'try-later', texts: takeoverErrorTexts.pageGone }),
};
