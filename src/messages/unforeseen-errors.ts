import { same } from './text.js';

export const unforeseenErrorTexts = {
  bug: () => ({
    message: {
      en: 'An unexpected error occurred. This is a bug in keyturn.',
      zh: '发生了意外错误，这是 keyturn 的缺陷。',
    },
    state: {
      en: 'Records on disk are always replaced as a whole, so none is half-written.',
      zh: '磁盘上的记录总是整体替换，不会只写一半。',
    },
    hint: same('keyturn doctor'),
  }),
};
