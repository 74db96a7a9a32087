import { entry } from './app-error.js';

/** KT0xx: unexpected failures. */
export const unforeseenErrors = {
  bug: entry({
    code: 'KT001',
    title: 'a bug in keyturn',
    exitCode: 1,
    next: 'report-bug',
    message: () => 'keyturn met something nobody foresaw; this is a bug.',
    state: 'The key record and the session are written whole or not at all, so they are as they were.',
    hint: 'keyturn doctor; and report the lines that follow',
    byItself:
      'goes on with the other accounts; the next run tries this one again, and settles a rotation that was begun',
  }),
};
