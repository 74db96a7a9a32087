import { same, untranslated } from './text.js';

export const unforeseenErrorTexts = {
  bug: () => ({
    message: untranslated('keyturn met something nobody foresaw; this is a bug.'),
    state: untranslated('The key record and the session are written whole or not at all, so they are as they were.'),
    hint: same('keyturn doctor; and report the lines that follow'),
  }),
};
