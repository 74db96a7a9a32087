import { shellWord } from './shell-word.js';
import { same, untranslated } from './text.js';

export const scheduleErrorTexts = {
  noScheduler: ({ tried }: { tried: readonly string[] }) => ({
    message: untranslated(`Nothing here can run keyturn every hour: ${tried.join('; ')}.`),
    state: untranslated('Nothing was installed.'),
    hint: same('keyturn watch'),
  }),
  noUserManager: ({ uid, reason, user }: { user: string; uid: number; reason: string }) => ({
    message: untranslated(
      `systemctl --user does not reach a user manager: ${reason}. It runs while you are logged in, or always with lingering switched on, ` +
        `and is found through XDG_RUNTIME_DIR (usually /run/user/${uid}), which su and sudo do not set.`,
    ),
    state: untranslated('Nothing was changed.'),
    hint: same(`sudo loginctl enable-linger ${shellWord(user)}`),
  }),
  schedulerMissing: ({ scheduler, reason }: { scheduler: string; reason: string }) => ({
    message: untranslated(`${scheduler} cannot be used here: ${reason}.`),
    state: untranslated('Nothing was changed.'),
    hint: same('keyturn schedule install'),
  }),
  foreign: ({ place, hint }: { place: string; hint: string }) => ({
    message: untranslated(`${place} was not written by keyturn, or was changed beyond recognition.`),
    state: untranslated('It was left as it is, and nothing was installed.'),
    hint: same(hint),
  }),
  crontabDenied: ({ user, reason }: { user: string; reason: string }) => ({
    message: untranslated(`crontab refuses ${user} (/etc/cron.allow, /etc/cron.deny): ${reason}.`),
    state: untranslated('The crontab was left as it is.'),
    hint: same('keyturn watch'),
  }),
  failed: ({ command, reason, state }: { command: string; reason: string; state: string }) => ({
    message: untranslated(`${command} failed: ${reason}.`),
    state: untranslated(state),
    hint: same(command),
  }),
  willNotFire: ({ reasons, hint }: { reasons: readonly string[]; hint: string }) => ({
    message: untranslated(`Keys are not renewed by themselves: ${reasons.join('; ')}.`),
    state: untranslated('Nothing was changed.'),
    hint: same(hint),
  }),
  noService: ({ scheduler }: { scheduler: string }) => ({
    message: untranslated(`${scheduler} starts programs at times; it cannot keep keyturn watch running.`),
    state: untranslated('Nothing was installed.'),
    hint: same(`keyturn schedule install --with ${scheduler}`),
  }),
  unschedulable: ({ text }: { text: string }) => ({
    message: untranslated(`A line break or control character cannot stand in a schedule: ${JSON.stringify(text)}.`),
    state: untranslated('Nothing was installed.'),
    hint: same('keyturn schedule install --print'),
  }),
};
