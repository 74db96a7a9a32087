import { entry } from './app-error.js';
import { shellWord } from './shell-word.js';

/** KT85x: what runs keyturn by itself. */
export const scheduleErrors = {
  noScheduler: entry<{ tried: readonly string[] }>({
    code: 'KT850',
    title: 'no scheduler on this machine',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ tried }) => `Nothing here can run keyturn every hour: ${tried.join('; ')}.`,
    state: 'Nothing was installed.',
    hint: 'keyturn watch',
  }),
  noUserManager: entry<{ user: string; uid: number; reason: string }>({
    code: 'KT851',
    title: "systemd's user manager is out of reach",
    exitCode: 2,
    next: 'fix-settings',
    message: ({ uid, reason }) =>
      `systemctl --user does not reach a user manager: ${reason}. It runs while you are logged in, or always with lingering switched on, ` +
      `and is found through XDG_RUNTIME_DIR (usually /run/user/${uid}), which su and sudo do not set.`,
    state: 'Nothing was changed.',
    hint: ({ user }) => `sudo loginctl enable-linger ${shellWord(user)}`,
  }),
  schedulerMissing: entry<{ scheduler: string; reason: string }>({
    code: 'KT852',
    title: 'this scheduler is not here',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ scheduler, reason }) => `${scheduler} cannot be used here: ${reason}.`,
    state: 'Nothing was changed.',
    hint: 'keyturn schedule install',
  }),
  foreign: entry<{ place: string; hint: string }>({
    code: 'KT853',
    title: "something else stands in the schedule's place",
    exitCode: 2,
    next: 'fix-settings',
    message: ({ place }) => `${place} was not written by keyturn, or was changed beyond recognition.`,
    state: 'It was left as it is, and nothing was installed.',
    hint: ({ hint }) => hint,
  }),
  crontabDenied: entry<{ user: string; reason: string }>({
    code: 'KT854',
    title: 'crontab refuses this user',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ user, reason }) => `crontab refuses ${user} (/etc/cron.allow, /etc/cron.deny): ${reason}.`,
    state: 'The crontab was left as it is.',
    hint: 'keyturn watch',
  }),
  failed: entry<{ command: string; reason: string; state: string }>({
    code: 'KT855',
    title: 'the scheduler did not take it',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ command, reason }) => `${command} failed: ${reason}.`,
    state: ({ state }) => state,
    hint: ({ command }) => command,
  }),
  willNotFire: entry<{ reasons: readonly string[]; hint: string }>({
    code: 'KT856',
    title: 'the schedule will not fire',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ reasons }) => `Keys are not renewed by themselves: ${reasons.join('; ')}.`,
    state: 'Nothing was changed.',
    hint: ({ hint }) => hint,
  }),
  noService: entry<{ scheduler: string }>({
    code: 'KT857',
    title: 'this scheduler keeps no service running',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ scheduler }) => `${scheduler} starts programs at times; it cannot keep keyturn watch running.`,
    state: 'Nothing was installed.',
    hint: ({ scheduler }) => `keyturn schedule install --with ${scheduler}`,
  }),
  unschedulable: entry<{ text: string }>({
    code: 'KT858',
    title: 'a path that no schedule can hold',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ text }) => `A line break or control character cannot stand in a schedule: ${JSON.stringify(text)}.`,
    state: 'Nothing was installed.',
    hint: 'keyturn schedule install --print',
  }),
};
