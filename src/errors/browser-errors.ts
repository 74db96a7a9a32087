import { entry } from './app-error.js';

const unchanged = 'The account, its login and its key are as they were.';

/** KT3xx: the browser, its profile folder and the display. */
export const browserErrors = {
  noBrowser: entry({
    code: 'KT301',
    title: 'no browser found',
    exitCode: 2,
    next: 'fix-settings',
    message: () => 'No Chrome, Chromium or Edge was found on this machine, and Playwright has downloaded none.',
    state: unchanged,
    hint: 'npx playwright install chromium',
  }),
  wantedBrowserMissing: entry<{ wanted: string; reason: string }>({
    code: 'KT302',
    title: 'the chosen browser is not there',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ wanted, reason }) => `The browser chosen with KEYTURN_BROWSER or --browser, "${wanted}", ${reason}.`,
    state: unchanged,
    hint: 'unset KEYTURN_BROWSER (keyturn then takes what is installed), or set it to a path, chrome, chromium or msedge',
  }),
  snapCannotReachProfile: entry<{ userDataDir: string; suggestion: string }>({
    code: 'KT303',
    title: 'snap Chromium cannot write to the profile folder',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ userDataDir }) =>
      `Chromium from the snap store sees neither /tmp nor hidden folders of the home folder, so it cannot keep its profile in ${userDataDir}.`,
    state: unchanged,
    hint: ({ suggestion }) => `KEYTURN_HOME=${suggestion} (or install Google Chrome), then run the same command again`,
  }),
  noDisplay: entry({
    code: 'KT304',
    title: 'no display for a visible browser',
    exitCode: 2,
    next: 'fix-settings',
    message: () =>
      'A visible browser needs a display: DISPLAY and WAYLAND_DISPLAY are not set, and Xvfb is not installed.',
    state: unchanged,
    hint: 'apt-get install xvfb (Fedora: dnf install xorg-x11-server-Xvfb), or run `keyturn unblock` in a desktop session',
  }),
  displayFailed: entry<{ reason: string }>({
    code: 'KT305',
    title: 'the private display did not start',
    exitCode: 1,
    next: 'try-later',
    message: ({ reason }) => `Xvfb did not start: ${reason}.`,
    state: unchanged,
    hint: 'keyturn doctor',
  }),
  profileInUse: entry<{ userDataDir: string; pid: number; command: string }>({
    code: 'KT306',
    title: 'the browser profile is in use',
    exitCode: 4,
    next: 'try-later',
    message: ({ userDataDir, pid, command }) =>
      `The browser profile ${userDataDir} is open in process ${pid} (${command}); two browsers would spoil the login.`,
    state: unchanged,
    hint: ({ pid }) => `close that browser (kill ${pid} if its window is gone), then run the same command again`,
  }),
  profileInUseElsewhere: entry<{ userDataDir: string; host: string; pid: number; lockPath: string }>({
    code: 'KT307',
    title: 'the browser profile is locked by another machine',
    exitCode: 4,
    next: 'try-later',
    message: ({ userDataDir, host, pid }) =>
      `The browser profile ${userDataDir} is locked by process ${pid} on "${host}", another machine or container that this one cannot see.`,
    state: unchanged,
    hint: ({ lockPath, host }) => `if nothing runs on ${host} any more: rm '${lockPath}'`,
  }),
  launchFailed: entry<{ executablePath: string; reason: string }>({
    code: 'KT308',
    title: 'the browser did not start',
    exitCode: 1,
    next: 'try-later',
    message: ({ executablePath, reason }) => `${executablePath} did not start: ${reason}.`,
    state: 'The account, its login and its key are as they were; what had been started was closed.',
    hint: 'keyturn doctor',
  }),
  missingLibraries: entry<{ executablePath: string; library: string }>({
    code: 'KT309',
    title: 'the browser lacks system libraries',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ executablePath, library }) => `${executablePath} cannot start because ${library} is not installed.`,
    state: unchanged,
    hint: 'sudo npx playwright install-deps chromium',
  }),
  sandboxUnavailable: entry<{ executablePath: string }>({
    code: 'KT310',
    title: "Chromium's sandbox is not available",
    exitCode: 2,
    next: 'fix-settings',
    message: ({ executablePath }) =>
      `${executablePath} found no usable sandbox: this machine does not let ordinary users create user namespaces.`,
    state: 'The account, its login and its key are as they were. keyturn does not switch the sandbox off.',
    hint: 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 23.10 and later), or install Google Chrome',
  }),
  badProxy: entry<{ reason: string }>({
    code: 'KT311',
    title: 'the proxy is not usable by a browser',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ reason }) => `The proxy setting cannot be used for a browser: ${reason}.`,
    state: unchanged,
    hint: 'keyturn account add --help',
  }),
  attachFailed: entry<{ userDataDir: string; waitedMs: number }>({
    code: 'KT312',
    title: 'no browser to attach to',
    exitCode: 1,
    next: 'try-later',
    message: ({ userDataDir, waitedMs }) =>
      `No browser with a debugging port showed up in ${userDataDir} within ${Math.round(waitedMs / 1000)} s.`,
    state: 'Nothing was changed.',
    hint: 'start the browser with the argument --remote-debugging-port=0',
  }),
  displayUnreachable: entry<{ display: string }>({
    code: 'KT314',
    title: 'the display does not answer',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ display }) =>
      `The browser could not open the display "${display}": nothing answers there, or it lets nobody in.`,
    state: unchanged,
    hint: 'unset DISPLAY WAYLAND_DISPLAY (keyturn then starts a private display with Xvfb), and run the same command again',
  }),
  profileFolderUnusable: entry<{ folder: string; reason: string }>({
    code: 'KT315',
    title: "the browser profile's folder cannot be written",
    exitCode: 2,
    next: 'fix-settings',
    message: ({ folder, reason }) => `The browser profile cannot be kept in ${folder}: ${reason}.`,
    state: unchanged,
    hint: ({ folder }) => `ls -ld '${folder}'; df -h '${folder}'`,
  }),
  aborted: entry({
    code: 'KT313',
    title: 'the browser was closed on request',
    exitCode: 1,
    next: 'try-later',
    message: () => 'The run was stopped while its browser was open; the browser was closed.',
    state: 'What the login had been checkpointed to is kept.',
    hint: 'run the same command again',
  }),
};
