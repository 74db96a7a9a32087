import { orCode } from '../../src/messages/network-reasons.js';
import { scheduleRemarks } from '../../src/messages/schedule-remarks.js';
import type { ErrorEntry } from '../../src/lib/app-error.js';
import type { unforeseenErrors } from '../../src/cli/output/unforeseen-errors.js';
import type { settingsErrors } from '../../src/lib/settings-errors.js';
import type { cliErrors } from '../../src/app/cli-errors.js';
import type { storeErrors } from '../../src/lib/store-errors.js';
import type { browserErrors } from '../../src/browser/browser-errors.js';
import type { siteErrors } from '../../src/site/site-errors.js';
import type { feishuErrors } from '../../src/feishu/feishu-errors.js';
import type { renewalErrors } from '../../src/core/renewal-errors.js';
import type { takeoverErrors } from '../../src/takeover/takeover-errors.js';
import type { secretsErrors } from '../../src/store/secrets/secrets-errors.js';
import type { scheduleErrors } from '../../src/schedule/schedule-errors.js';
import type { deliveryErrors } from '../../src/delivery/delivery-errors.js';
import { browserReasons } from '../../src/messages/browser-errors.js';
import { exposureTexts, fileKinds, fileReasons, readReasons } from '../../src/messages/file-reasons.js';
import { lockTexts, storeErrorTexts } from '../../src/messages/store-errors.js';
import { durationText } from '../../src/lib/duration.js';
import { settingsProblems } from '../../src/messages/settings-errors.js';
import { cliErrorTexts } from '../../src/messages/cli-errors.js';
import { usageProblem } from '../../src/messages/cli/usage.js';
import { deliveryTexts } from '../../src/messages/delivery-errors.js';
import { feishuReasons } from '../../src/messages/feishu-errors.js';
import { schedulerTexts } from '../../src/messages/schedule-errors.js';
import { same } from '../../src/messages/text.js';
import { takeoverErrorTexts } from '../../src/messages/takeover-errors.js';

const holder = { command: 'keyturn refresh', pid: 4711, host: 'host-1' };

/** One example for each entry that has parameters. */
type Examples<Group extends Readonly<Record<string, ErrorEntry<never>>>> = {
  readonly [Name in keyof Group as Parameters<Group[Name]['texts']>[0] extends void ? never : Name]: Parameters<
    Group[Name]['texts']
  >[0];
};

/** Made-up parameters, with which docs/errors.md and the tests show every error. */
export const errorExamples: {
  readonly unforeseenErrors: Examples<typeof unforeseenErrors>;
  readonly settingsErrors: Examples<typeof settingsErrors>;
  readonly cliErrors: Examples<typeof cliErrors>;
  readonly storeErrors: Examples<typeof storeErrors>;
  readonly browserErrors: Examples<typeof browserErrors>;
  readonly siteErrors: Examples<typeof siteErrors>;
  readonly feishuErrors: Examples<typeof feishuErrors>;
  readonly renewalErrors: Examples<typeof renewalErrors>;
  readonly takeoverErrors: Examples<typeof takeoverErrors>;
  readonly secretsErrors: Examples<typeof secretsErrors>;
  readonly scheduleErrors: Examples<typeof scheduleErrors>;
  readonly deliveryErrors: Examples<typeof deliveryErrors>;
} = {
  unforeseenErrors: {},
  settingsErrors: {
    usage: { message: usageProblem("error: unknown option '--frobnicate'"), command: 'keyturn refresh' },
    badSettings: {
      problems: [{ key: 'handoff.wait', source: 'environment', problem: same('must be a duration'), isInFile: false }],
    },
    settingsFile: { path: '/home/me/.local/share/keyturn/settings.json', problem: settingsProblems.notJson },
  },
  cliErrors: {
    noKey: { account: 'work' },
    expiredKey: { account: 'work', at: same('2026-03-08 09:00') },
    endsSoon: { account: 'work', at: same('2026-03-08 09:00'), wanted: same('1h') },
    timeUnknown: { account: 'work' },
    loginUnfinished: { account: 'work', why: cliErrorTexts.windowClosed },
    loginNotKept: { account: 'work', site: 'iFlow', detail: same('the site shows its sign-in page') },
  },
  storeErrors: {
    unknownAccount: { name: 'wrok', known: ['home', 'work'] },
    notPrivate: {
      path: '/home/me/.local/share/keyturn/accounts/work/key.json',
      why: exposureTexts.mode('0644', exposureTexts.read),
      fix: 'chmod 600 /home/me/.local/share/keyturn/accounts/work/key.json',
    },
    notAPlainFile: { path: '/home/me/.local/share/keyturn/accounts/work/key.json', found: fileKinds.folder },
    cannotWrite: { path: '/home/me/.local/share/keyturn/accounts/work/key.json', reason: fileReasons['ENOSPC']! },
    cannotRead: { path: '/home/me/.local/share/keyturn/accounts/work/key.json', reason: readReasons['EACCES']! },
    damaged: { path: '/home/me/.local/share/keyturn/accounts/work/key.json', problems: ['version is missing'] },
    locked: {
      what: storeErrorTexts.account('work'),
      holder: lockTexts.holder({ ...holder, ago: durationText(12_000) }),
    },
    lockedByPerson: {
      account: 'work',
      holder: lockTexts.holder({
        ...holder,
        ago: durationText(720_000),
        waiting: { at: '14:05', ago: durationText(600_000) },
      }),
    },
    badImport: { path: '/home/me/secrets.json', problems: ['cookie is missing'] },
  },
  browserErrors: {
    noBrowser: undefined,
    noDisplay: undefined,
    profileInUse: {
      userDataDir: '/home/me/.local/share/keyturn/accounts/work/browser',
      pid: 4711,
      command: '/usr/bin/chromium',
    },
    launchFailed: { executablePath: '/usr/bin/chromium', reason: browserReasons.exitCode('1') },
    sandboxUnavailable: { executablePath: '/usr/bin/chromium' },
    unusableFolder: {
      folder: '/home/me/.local/share/keyturn/accounts/work/browser',
      reason: fileReasons['ENOSPC']!,
    },
  },
  siteErrors: {
    profileNotFound: { asked: 'iflwo', builtIn: ['iflow'] },
    profileInvalid: { file: '/home/me/lab.yaml', problems: [same('baseUrl: is not an http or https address')] },
  },
  feishuErrors: {
    badSettings: { problems: [feishuReasons.missing('feishu.receiver')] },
    wrongSecret: { action: 'signing in', code: 10014, msg: 'app secret invalid' },
    unreachable: { action: 'sending a message', reason: feishuReasons.noAnswer },
    refused: { action: 'sending a message', code: 230013, msg: 'bot has no availability to this user' },
    notFeishu: { action: 'signing in', status: 200 },
    noLongConnection: { reason: feishuReasons.notUp(10_000) },
  },
  renewalErrors: {
    signedOut: {
      account: 'work',
      site: 'iFlow',
      detail: same('the page shows its sign-in form.'),
      keyState: same('The key in use is good until 2026-03-08 09:00.'),
    },
    neverSignedIn: {
      account: 'work',
      site: 'iFlow',
      detail: same('nobody has signed in yet.'),
      keyState: same('keyturn has no key of this account yet.'),
    },
    challenge: {
      account: 'work',
      site: 'iFlow',
      detail: same('a slider CAPTCHA in the page.'),
      keyState: same('The key in use is good until 2026-03-08 09:00.'),
    },
    stillWaiting: {
      ...{
        account: 'work',
        site: 'iFlow',
        detail: same('a slider CAPTCHA'),
        keyState: same('The key in use is good until 2026-03-08 09:00.'),
      },
      since: same('2026-03-05 09:00'),
      asksAgain: same('2026-03-05 13:00'),
    },
    drift: {
      account: 'work',
      site: 'iFlow',
      detail: same('no button 重置API密钥 in the page.'),
      keyState: same('The key in use is good until 2026-03-08 09:00.'),
    },
    refused: {
      account: 'work',
      site: 'iFlow',
      detail: same('the account is blocked (439).'),
      keyState: same('The key in use is good until 2026-03-08 09:00.'),
    },
    unreachable: {
      account: 'work',
      site: 'iFlow',
      detail: same('connection refused.'),
      keyState: same('The key in use is good until 2026-03-08 09:00.'),
    },
    misconfigured: {
      account: 'work',
      site: 'iFlow',
      detail: orCode('PROXY_LOGIN').why,
      keyState: same('The key in use is good until 2026-03-08 09:00.'),
    },
    unproved: {
      account: 'work',
      site: 'iFlow',
      detail: same('the service answers 434.'),
      keyState: same('The key in use is good until 2026-03-08 09:00.'),
    },
    keyNotKept: {
      detail: {
        en: '/home/me/.local/share/keyturn/accounts/work/key.json could not be written: the disk is full.',
        zh: '无法写入 /home/me/.local/share/keyturn/accounts/work/key.json：磁盘已满。',
      },
    },
    timeUnknown: { account: 'work', site: 'iFlow' },
    notSeen: {
      account: 'work',
      site: 'iFlow',
      detail: same('`capture.key` found a text of 44 characters that does not fit `key.pattern`.'),
      keyState: same(
        'The console may hold a key that nobody has: look at its key page, and delete that key there. The service still accepts the key from before.',
      ),
    },
  },
  takeoverErrors: {
    unsafeAddress: {
      reason: takeoverErrorTexts.openWithoutHttps('0.0.0.0'),
      next: 'keyturn config set takeover.host 127.0.0.1',
    },
    portUnusable: { host: '127.0.0.1', port: 8443, reason: 'another program listens there' },
  },
  secretsErrors: {
    noKeychain: { reason: 'no D-Bus session was found' },
    keychainRefused: { reason: 'the unlock prompt was dismissed' },
    badPassphrase: { path: '/etc/keyturn/passphrase', problem: readReasons['ENOENT']! },
    unknownKey: {
      path: '/home/me/.local/share/keyturn/accounts/work/key.json',
      recipient: 'age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq',
    },
    unsettledRotation: { account: 'work' },
    plainRecord: { path: '/home/me/.local/share/keyturn/accounts/work/key.json', inKeychain: false },
  },
  scheduleErrors: {
    unusable: {
      problems: [
        schedulerTexts.unusable('systemd', schedulerTexts.noProgram('systemctl')),
        schedulerTexts.unusable('cron', schedulerTexts.noProgram('crontab')),
      ],
      next: 'keyturn watch',
    },
    noUserManager: { user: 'me', uid: 1000, reason: 'Failed to connect to bus: No medium found' },
    foreign: {
      place: same('/home/me/.config/systemd/user/keyturn-watch.service'),
      hint: 'mv /home/me/.config/systemd/user/keyturn-watch.service /home/me/.config/systemd/user/keyturn-watch.service.old',
    },
    failed: {
      command: 'systemctl --user daemon-reload',
      reason: same('Failed to connect to bus: Connection refused'),
      state: schedulerTexts.filesWritten,
    },
    willNotFire: {
      reasons: [scheduleRemarks.notActive('keyturn-refresh.timer', 'inactive')],
      hint: 'keyturn schedule install',
    },
  },
  deliveryErrors: {
    notReady: {
      account: 'work',
      problems: [same('env: /srv/app/.env cannot be written: the file system is read-only [KT902]')],
      keyState: deliveryTexts.keyWorksUntil('2026-03-08 12:00'),
    },
    unusableFile: {
      target: 'env',
      path: '/srv/app/.env',
      problem: deliveryTexts.cannotWrite(fileReasons['EROFS']!),
      next: 'ls -ld /srv/app/.env /srv/app',
    },
    programFailed: {
      account: 'work',
      target: 'command',
      program: 'my-sync',
      how: deliveryTexts.exitCode(1),
      output: 'no route to host',
    },
    undelivered: {
      account: 'work',
      problems: ['env: /srv/app/.env cannot be written: the disk is full [KT902]'],
      held: ['openclaw'],
    },
  },
};
