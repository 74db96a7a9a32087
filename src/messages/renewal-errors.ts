import { same, untranslated } from './text.js';

export interface OneRun {
  readonly account: string;
  readonly site: string;
  /** What the method saw, without secrets. */
  readonly detail: string;
  /** The state of the account's key, in one sentence. */
  readonly keyState: string;
}

export const renewalErrorTexts = {
  signedOut: ({ site, detail, keyState, account }: OneRun) => ({
    message: untranslated(`${site} wants its owner to sign in again: ${detail}`),
    state: untranslated(keyState),
    hint: same(`keyturn unblock ${account}`),
  }),
  challenge: ({ site, detail, keyState, account }: OneRun) => ({
    message: untranslated(`${site} asks for a person: ${detail}`),
    state: untranslated(keyState),
    hint: same(`keyturn unblock ${account}`),
  }),
  stillWaiting: ({ since, asksAgain, detail, keyState, account }: OneRun & { since: string; asksAgain: string }) => ({
    message: untranslated(
      `The account has been waiting for its owner since ${since} (${detail}); asked again after ${asksAgain}.`,
    ),
    state: untranslated(keyState),
    hint: same(`keyturn unblock ${account}`),
  }),
  drift: ({ site, detail, keyState, account }: OneRun) => ({
    message: untranslated(`${site} does not look as its site profile says: ${detail}`),
    state: untranslated(keyState),
    hint: same(`keyturn refresh ${account} --dry-run --headed`),
  }),
  refused: ({ site, detail, keyState, account }: OneRun) => ({
    message: untranslated(`${site} refuses this account or this network; renewing again would not help: ${detail}`),
    state: untranslated(keyState),
    hint: same(`keyturn account disable ${account}`),
  }),
  gone: ({ site, detail, keyState, account }: OneRun) => ({
    message: untranslated(`${site} says that the service has closed: ${detail}`),
    state: untranslated(keyState),
    hint: same(`keyturn account disable ${account}`),
  }),
  unreachable: ({ site, detail, keyState, account }: OneRun) => ({
    message: untranslated(`${site} could not be reached: ${detail}`),
    state: untranslated(keyState),
    hint: same(`keyturn refresh ${account}`),
  }),
  unproved: ({ site, detail, keyState, account }: OneRun) => ({
    message: untranslated(`${site} gave a new key, but its service does not accept it: ${detail}`),
    state: untranslated(keyState),
    hint: same(`keyturn refresh ${account} --force`),
  }),
  keyNotKept: ({ detail }: { detail: string }) => ({
    message: untranslated(`The site made a new key, but this machine could not keep it: ${detail}`),
    state: untranslated(
      'Whether the key before it still works was not checked. Once the disk takes files again, the next run reads the console and settles the rotation.',
    ),
    hint: same('df -h, make room, then run: keyturn refresh'),
  }),
  notSeen: ({ site, detail, keyState, account }: OneRun) => ({
    message: untranslated(`${site} was asked for a new key, and none was seen: ${detail}`),
    state: untranslated(keyState),
    hint: same(`keyturn refresh ${account} --force`),
  }),
  sessionEnded: ({ site, detail, keyState, account }: OneRun) => ({
    message: untranslated(`${site} has ended the session; the next renewal needs its owner to sign in: ${detail}`),
    state: untranslated(keyState),
    hint: same(`keyturn unblock ${account}`),
  }),
};
