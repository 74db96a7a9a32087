import { unforeseenErrorTexts } from '../../messages/unforeseen-errors.js';
import { entry } from '../../lib/app-error.js';

/** KT0xx: unexpected failures. */
export const unforeseenErrors = {
  bug: entry({ code: 'KT001', exitCode: 1, next: 'report-bug', texts: unforeseenErrorTexts.bug }),
};
