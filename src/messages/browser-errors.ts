import { same, untranslated } from './text.js';

const unchanged = 'The account, its login and its key are as they were.';

export const browserErrorTexts = {
  noBrowser: () => ({
    message: untranslated('No Chrome, Chromium or Edge was found on this machine, and Playwright has downloaded none.'),
    state: untranslated(unchanged),
    hint: same('npx playwright install chromium'),
  }),
  wantedBrowserMissing: ({ wanted, reason }: { wanted: string; reason: string }) => ({
    message: untranslated(`The browser chosen with KEYTURN_BROWSER or --browser, "${wanted}", ${reason}.`),
    state: untranslated(unchanged),
    hint: same(
      'unset KEYTURN_BROWSER (keyturn then takes what is installed), or set it to a path, chrome, chromium or msedge',
    ),
  }),
  snapCannotReachProfile: ({ userDataDir, suggestion }: { userDataDir: string; suggestion: string }) => ({
    message: untranslated(
      `Chromium from the snap store sees neither /tmp nor hidden folders of the home folder, so it cannot keep its profile in ${userDataDir}.`,
    ),
    state: untranslated(unchanged),
    hint: same(`KEYTURN_HOME=${suggestion} (or install Google Chrome), then run the same command again`),
  }),
  noDisplay: () => ({
    message: untranslated(
      'A visible browser needs a display: DISPLAY and WAYLAND_DISPLAY are not set, and Xvfb is not installed.',
    ),
    state: untranslated(unchanged),
    hint: same(
      'apt-get install xvfb (Fedora: dnf install xorg-x11-server-Xvfb), or run `keyturn unblock` in a desktop session',
    ),
  }),
  displayFailed: ({ reason }: { reason: string }) => ({
    message: untranslated(`Xvfb did not start: ${reason}.`),
    state: untranslated(unchanged),
    hint: same('keyturn doctor'),
  }),
  profileInUse: ({ userDataDir, pid, command }: { userDataDir: string; pid: number; command: string }) => ({
    message: untranslated(
      `The browser profile ${userDataDir} is open in process ${pid} (${command}); two browsers would spoil the login.`,
    ),
    state: untranslated(unchanged),
    hint: same(`close that browser (kill ${pid} if its window is gone), then run the same command again`),
  }),
  profileInUseElsewhere: ({
    userDataDir,
    host,
    pid,
    lockPath,
  }: {
    userDataDir: string;
    host: string;
    pid: number;
    lockPath: string;
  }) => ({
    message: untranslated(
      `The browser profile ${userDataDir} is locked by process ${pid} on "${host}", another machine or container that this one cannot see.`,
    ),
    state: untranslated(unchanged),
    hint: same(`if nothing runs on ${host} any more: rm '${lockPath}'`),
  }),
  launchFailed: ({ executablePath, reason }: { executablePath: string; reason: string }) => ({
    message: untranslated(`${executablePath} did not start: ${reason}.`),
    state: untranslated('The account, its login and its key are as they were; what had been started was closed.'),
    hint: same('keyturn doctor'),
  }),
  missingLibraries: ({ executablePath, library }: { executablePath: string; library: string }) => ({
    message: untranslated(`${executablePath} cannot start because ${library} is not installed.`),
    state: untranslated(unchanged),
    hint: same('sudo npx playwright install-deps chromium'),
  }),
  sandboxUnavailable: ({ executablePath }: { executablePath: string }) => ({
    message: untranslated(
      `${executablePath} found no usable sandbox: this machine does not let ordinary users create user namespaces.`,
    ),
    state: untranslated(
      'The account, its login and its key are as they were. keyturn does not switch the sandbox off.',
    ),
    hint: same(
      'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 23.10 and later), or install Google Chrome',
    ),
  }),
  badProxy: ({ reason }: { reason: string }) => ({
    message: untranslated(`The proxy setting cannot be used for a browser: ${reason}.`),
    state: untranslated(unchanged),
    hint: same('keyturn account add --help'),
  }),
  attachFailed: ({ userDataDir, waitedMs }: { userDataDir: string; waitedMs: number }) => ({
    message: untranslated(
      `No browser with a debugging port showed up in ${userDataDir} within ${Math.round(waitedMs / 1000)} s.`,
    ),
    state: untranslated('Nothing was changed.'),
    hint: same('start the browser with the argument --remote-debugging-port=0'),
  }),
  displayUnreachable: ({ display }: { display: string }) => ({
    message: untranslated(
      `The browser could not open the display "${display}": nothing answers there, or it lets nobody in.`,
    ),
    state: untranslated(unchanged),
    hint: same(
      'unset DISPLAY WAYLAND_DISPLAY (keyturn then starts a private display with Xvfb), and run the same command again',
    ),
  }),
  profileFolderUnusable: ({ folder, reason }: { folder: string; reason: string }) => ({
    message: untranslated(`The browser profile cannot be kept in ${folder}: ${reason}.`),
    state: untranslated(unchanged),
    hint: same(`ls -ld '${folder}'; df -h '${folder}'`),
  }),
  aborted: () => ({
    message: untranslated('The run was stopped while its browser was open; the browser was closed.'),
    state: untranslated('What the login had been checkpointed to is kept.'),
    hint: same('run the same command again'),
  }),
};
