import { feishuErrorTexts } from '../messages/feishu-errors.js';
import { entry } from '../lib/app-error.js';

/** KT5xx: Feishu. */
export const feishuErrors = {
  badSettings: entry({ code: 'KT501', exitCode: 2, next: 'fix-settings', texts: feishuErrorTexts.badSettings }),
  wrongSecret: entry({ code: 'KT502', exitCode: 2, next: 'fix-settings', texts: feishuErrorTexts.wrongSecret }),
  unreachable: entry({ code: 'KT503', exitCode: 1, next: 'try-later', texts: feishuErrorTexts.unreachable }),
  refused: entry({ code: 'KT505', exitCode: 1, next: 'fix-settings', texts: feishuErrorTexts.refused }),
  notFeishu: entry({ code: 'KT506', exitCode: 1, next: 'fix-settings', texts: feishuErrorTexts.notFeishu }),
  noLongConnection: entry({ code: 'KT507', exitCode: 1, next: 'try-later', texts: feishuErrorTexts.noLongConnection }),
};
