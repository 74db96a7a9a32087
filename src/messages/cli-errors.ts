import { same, untranslated } from './text.js';

export const cliErrorTexts = {
  noAccounts: () => ({
    message: untranslated('There is no account yet.'),
    state: untranslated('Nothing was done.'),
    hint: same('keyturn account add NAME'),
  }),
  whichAccount: ({ known, command }: { known: readonly string[]; command: string }) => ({
    message: untranslated(`There are several accounts, so one has to be named: ${known.join(', ')}.`),
    state: untranslated('Nothing was done.'),
    hint: same(`keyturn ${command} ${known[0] ?? 'NAME'}`),
  }),
  noKey: ({ account }: { account: string }) => ({
    message: untranslated(`The account ${account} has no key yet.`),
    state: untranslated('Nothing was done.'),
    hint: same(`keyturn login ${account}`),
  }),
  expiredKey: ({ account, expiredAt }: { account: string; expiredAt: string }) => ({
    message: untranslated(`The key of ${account} expired at ${expiredAt}.`),
    state: untranslated('Nothing was started, because the program would only meet refusals.'),
    hint: same(`keyturn refresh ${account}`),
  }),
  commandNotStarted: ({ command, reason }: { command: string; reason: string }) => ({
    message: untranslated(`${command} could not be started: ${reason}.`),
    state: untranslated('The key was handed to nobody.'),
    hint: same(`command -v ${command}`),
  }),
  loginTimedOut: ({ waited, seen, account }: { account: string; waited: string; seen: string }) => ({
    message: untranslated(`Nobody finished signing in within ${waited}; the window last showed ${seen}.`),
    state: untranslated('The saved login and the key are as they were.'),
    hint: same(`keyturn login ${account}`),
  }),
  loginNotKept: ({ site, detail, account }: { account: string; site: string; detail: string }) => ({
    message: untranslated(
      `The sign-in worked in the window, but a second, headless browser was not signed in at ${site}: ${detail}`,
    ),
    state: untranslated('The session was saved all the same; unattended renewals may ask for a sign-in.'),
    hint: same(`keyturn refresh ${account} --dry-run`),
  }),
  windowClosed: ({ account }: { account: string }) => ({
    message: untranslated('The browser window was closed before the sign-in was finished.'),
    state: untranslated('The saved login and the key are as they were.'),
    hint: same(`keyturn login ${account}`),
  }),
  nothingWaits: ({ account }: { account: string }) => ({
    message: untranslated(`Nothing waits for a person at ${account}.`),
    state: untranslated('Nothing was done.'),
    hint: same('keyturn status'),
  }),
  feishuMissing: ({ missing }: { missing: readonly string[] }) => ({
    message: untranslated(
      `Feishu is not set up: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    ),
    state: untranslated('Nothing was sent.'),
    hint: same(`keyturn config set ${missing[0] ?? 'feishu.appId'}`),
  }),
  confirmationNeeded: ({ what, command }: { what: string; command: string }) => ({
    message: untranslated(`A yes is needed, and there is no terminal to ask at. The question: ${what}`),
    state: untranslated('Nothing was done.'),
    hint: same(`${command} --yes`),
  }),
};
