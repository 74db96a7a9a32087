import { entry } from './app-error.js';

interface OneRun {
  readonly account: string;
  readonly site: string;
  /** What the method saw, without secrets. */
  readonly detail: string;
  /** The state of the account's key, in one sentence. */
  readonly keyState: string;
}

const keyState = ({ keyState }: OneRun) => keyState;

/** KT6xx: a renewal ended without a working new key. */
export const renewalErrors = {
  signedOut: entry<OneRun>({
    code: 'KT601',
    title: 'signed out',
    exitCode: 3,
    next: 'ask-person',
    message: ({ site, detail }) => `${site} wants its owner to sign in again: ${detail}`,
    state: keyState,
    hint: ({ account }) => `keyturn unblock ${account}`,
    byItself: 'asks its owner and goes on when they have signed in; asks again after `handoff.askAgainAfter`',
    example: {
      account: 'work',
      site: 'iFlow',
      detail: 'the page shows its sign-in form.',
      keyState: 'The key in use is good until 2026-03-08 09:00.',
    },
  }),
  challenge: entry<OneRun>({
    code: 'KT602',
    title: 'a person is needed',
    exitCode: 3,
    next: 'ask-person',
    message: ({ site, detail }) => `${site} asks for a person: ${detail}`,
    state: keyState,
    hint: ({ account }) => `keyturn unblock ${account}`,
    byItself: 'asks its owner and goes on when they have cleared it; asks again after `handoff.askAgainAfter`',
    example: {
      account: 'work',
      site: 'iFlow',
      detail: 'a slider CAPTCHA in the page.',
      keyState: 'The key in use is good until 2026-03-08 09:00.',
    },
  }),
  stillWaiting: entry<OneRun & { since: string; asksAgain: string }>({
    code: 'KT603',
    title: 'a question is still open',
    exitCode: 3,
    next: 'ask-person',
    message: ({ since, asksAgain, detail }) =>
      `The account has been waiting for its owner since ${since} (${detail}); asked again after ${asksAgain}.`,
    state: keyState,
    hint: ({ account }) => `keyturn unblock ${account}`,
    byItself: 'asks its owner again after that time, and goes on when they answer',
    example: {
      ...{
        account: 'work',
        site: 'iFlow',
        detail: 'a slider CAPTCHA',
        keyState: 'The key in use is good until 2026-03-08 09:00.',
      },
      since: '2026-03-05 09:00',
      asksAgain: '2026-03-05 13:00',
    },
  }),
  drift: entry<OneRun>({
    code: 'KT604',
    title: 'the site is not as its profile says',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ site, detail }) => `${site} does not look as its site profile says: ${detail}`,
    state: keyState,
    hint: ({ account }) => `keyturn refresh ${account} --dry-run --headed`,
    byItself:
      'tries again with the next run, and presses nothing that it does not recognise; tells its owner when it begins, and once a day while it lasts',
    example: {
      account: 'work',
      site: 'iFlow',
      detail: 'no button 重置API密钥 in the page.',
      keyState: 'The key in use is good until 2026-03-08 09:00.',
    },
  }),
  refused: entry<OneRun>({
    code: 'KT605',
    title: 'refused by the site',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ site, detail }) =>
      `${site} refuses this account or this network; renewing again would not help: ${detail}`,
    state: keyState,
    hint: ({ account }) => `keyturn account disable ${account}`,
    byItself: 'tries again with the next run; tells its owner when it begins, and once a day while it lasts',
    example: {
      account: 'work',
      site: 'iFlow',
      detail: 'the account is blocked (439).',
      keyState: 'The key in use is good until 2026-03-08 09:00.',
    },
  }),
  gone: entry<OneRun>({
    code: 'KT606',
    title: 'the service has closed',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ site, detail }) => `${site} says that the service has closed: ${detail}`,
    state: keyState,
    hint: ({ account }) => `keyturn account disable ${account}`,
    byItself: 'tries again with the next run; tells its owner when it begins, and once a day while it lasts',
    example: {
      account: 'work',
      site: 'iFlow',
      detail: 'the page says that the service has closed.',
      keyState: 'The key in use is good until 2026-03-08 09:00.',
    },
  }),
  unreachable: entry<OneRun>({
    code: 'KT607',
    title: 'the site is out of reach',
    exitCode: 1,
    next: 'try-later',
    message: ({ site, detail }) => `${site} could not be reached: ${detail}`,
    state: keyState,
    hint: ({ account }) => `keyturn refresh ${account}`,
    byItself:
      'tries again a few times at once, then with the next run; tells its owner when it begins, and once a day while it lasts',
    example: {
      account: 'work',
      site: 'iFlow',
      detail: 'connection refused.',
      keyState: 'The key in use is good until 2026-03-08 09:00.',
    },
  }),
  unproved: entry<OneRun>({
    code: 'KT608',
    title: 'the new key is not accepted',
    exitCode: 1,
    next: 'try-later',
    message: ({ site, detail }) => `${site} gave a new key, but its service does not accept it: ${detail}`,
    state: keyState,
    hint: ({ account }) => `keyturn refresh ${account} --force`,
    byItself:
      'keeps every key it got; the old one stays the current one while it still works; tries again with the next run',
    example: {
      account: 'work',
      site: 'iFlow',
      detail: 'the service answers 434.',
      keyState: 'The key in use is good until 2026-03-08 09:00.',
    },
  }),
  keyNotKept: entry<{ detail: string }>({
    code: 'KT609',
    title: 'the new key could not be kept',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ detail }) => `The site made a new key, but this machine could not keep it: ${detail}`,
    state:
      'Whether the key before it still works was not checked. Once the disk takes files again, the next run reads the console and settles the rotation.',
    hint: 'df -h, make room, then run: keyturn refresh',
    byItself: 'wrote again for a moment, into room kept for the purpose; the next run settles the rotation',
    example: { detail: '/home/me/.local/share/keyturn/accounts/work/key.json could not be written: the disk is full.' },
  }),
  notSeen: entry<OneRun>({
    code: 'KT611',
    title: 'the new key was not seen',
    exitCode: 1,
    next: 'ask-person',
    message: ({ site, detail }) => `${site} was asked for a new key, and none was seen: ${detail}`,
    state: keyState,
    hint: ({ account }) => `keyturn refresh ${account} --force`,
    byItself:
      'reads the console again with the next run, and takes the key if it is shown there; asks for a key by itself only once the service refuses the one from before, and then once; tells its owner when it begins, and once a day while it lasts',
    example: {
      account: 'work',
      site: 'iFlow',
      detail: '`capture.key` found an input of 44 characters that does not fit `key.pattern`.',
      keyState:
        'The console may hold a key that nobody has: look at its key page, and delete that key there. The service still accepts the key from before.',
    },
  }),
  sessionEnded: entry<OneRun>({
    code: 'KT610',
    title: 'signed out while the key is good',
    exitCode: 3,
    next: 'ask-person',
    byItself: 'asks its owner, at decent hours; later runs exit 3 without a request until they have signed in',
    message: ({ site, detail }) =>
      `${site} has ended the session; the next renewal needs its owner to sign in: ${detail}`,
    state: keyState,
    hint: ({ account }) => `keyturn unblock ${account}`,
    example: {
      account: 'work',
      site: 'iFlow',
      detail: 'GET /api/openapi/apikey: the session is not signed in any more.',
      keyState: 'The current key works until 2026-03-08 09:00; nothing was rotated.',
    },
  }),
};
