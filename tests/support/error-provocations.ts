import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { suffixOf } from '../../src/schedule/job.js';
import { acquireLock } from '../../src/store/lock.js';
import { writeQuestion } from '../../src/store/questions.js';
import type { ErrorScene, SceneRun } from './error-scene.js';
import { same } from '../../src/messages/text.js';
import { shiftedClockEnv } from '../simulator/shifted-clock-env.js';

const dayMs = 86_400_000;

type Profile = Record<string, unknown>;

/**
 * How to raise each error of the catalogue with a command. `tests/e2e/error-catalogue.spec.ts` raises all
 * of them.
 *
 * Add an entry for each new code. It prepares the scene (files, an account, a fake program, a server, the simulator's
 * weather), runs one command and returns its run. The test then checks the exit code, and that the output has the code,
 * message, state and next command, and no secret. If no command can raise the code without a browser, add it to
 * `raisedElsewhere` with the reason and the test that raises it.
 */
export const provocations: Readonly<Record<string, (scene: ErrorScene) => Promise<SceneRun>>> = {
  // A preloaded module breaks a function of Node, so keyturn fails as if it had a bug.
  KT001: (scene) =>
    scene.built(['status'], broken('fs.promises.readdir = async () => { throw new TypeError("broken"); }')),

  KT101: (scene) => scene.cli(['refresh', '--frobnicate']),
  KT105: (scene) => scene.cli(['config'], { KEYTURN_LOG_LEVEL: 'loud' }),
  KT106: async (scene) => {
    await scene.write('home/settings.json', '{"feishu": {"appSecret": "PlantedAppSecret0123456789"');
    return scene.cli(['config']);
  },

  KT153: async (scene) => {
    await scene.account();
    return scene.cli(['key', 'work']);
  },
  KT154: async (scene) => {
    await scene.key(await scene.account(), 'expired');
    return scene.cli(['exec', 'work', '--', 'true']);
  },
  KT163: async (scene) => {
    await scene.key(await scene.account(), 'future');
    return scene.cli(['key', 'work']);
  },
  KT162: async (scene) => {
    await scene.key(await scene.account(), 'good');
    return scene.cli(['key', '--valid-for', '900d']);
  },

  KT201: async (scene) => {
    await scene.account();
    return scene.cli(['refresh', 'wrok']);
  },
  KT210: async (scene) => {
    const paths = await scene.account();
    await scene.key(paths, 'good');
    await chmod(paths.key, 0o644);
    return scene.cli(['key', 'work']);
  },
  KT213: async (scene) => {
    const paths = await scene.account();
    await mkdir(paths.key);
    return scene.cli(['key', 'work']);
  },
  KT214: async (scene) =>
    scene.cli(['account', 'add', 'work'], { KEYTURN_HOME: join(scene.home, 'settings.json', 'below') }),
  KT215: (scene) => scene.cli(['config'], { KEYTURN_HOME: join(scene.home, 'settings.json') }),
  KT216: async (scene) => {
    const paths = await scene.account();
    await writeFile(paths.key, '{"version": 1, "current": {"key": "sk-plantedkey0123456789abcdefghijkl"', {
      mode: 0o600,
    });
    return scene.cli(['refresh']);
  },
  KT220: async (scene) => {
    const paths = await scene.account();
    const lock = await acquireLock(paths.lock, { command: 'keyturn refresh', runId: 'other' });
    scene.onClose(() => lock.release());
    return scene.cli(['refresh', '--force']);
  },
  KT221: async (scene) => {
    const paths = await scene.account();
    const lock = await acquireLock(paths.lock, { command: 'keyturn refresh', runId: 'other' });
    scene.onClose(() => lock.release());
    await lock.setWaiting(new Date().toISOString());
    return scene.cli(['refresh', '--force']);
  },
  KT230: async (scene) =>
    scene.cli([
      'account',
      'import',
      await scene.write('secrets.json', '{"cookie": 5, "xsrf": "planted-session-cookie"}'),
    ]),

  KT301: async (scene) => {
    await scene.account();
    return scene.cli(browserRefresh, { PATH: scene.empty, PLAYWRIGHT_BROWSERS_PATH: scene.empty });
  },
  KT304: async (scene) => {
    await scene.account();
    return scene.cli(['login'], { PATH: scene.empty, KEYTURN_BROWSER: await scene.program('chromium', 'exit 1') });
  },
  KT306: async (scene) => {
    const { browser } = await scene.account();
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', browser], { stdio: 'ignore' });
    scene.onClose(() => holder.kill('SIGKILL'));
    await mkdir(browser, { mode: 0o700 });
    await symlink(`${hostname()}-${holder.pid}`, join(browser, 'SingletonLock'));
    return scene.cli(browserRefresh, { KEYTURN_BROWSER: await scene.program('chromium', 'exit 1') });
  },
  KT308: (scene) => withBrowser(scene, 'exit 7'),
  KT310: (scene) => withBrowser(scene, 'echo "FATAL:zygote_host.cc No usable sandbox! Update your kernel" >&2; exit 1'),
  KT315: async (scene) => {
    const { browser } = await scene.account();
    await writeFile(browser, '', { mode: 0o600 });
    return scene.cli(browserRefresh, { KEYTURN_BROWSER: await scene.program('chromium', 'exit 1') });
  },

  KT401: (scene) => scene.cli(['account', 'add', 'work', '--site', 'iflwo']),
  KT402: async (scene) =>
    scene.cli(['account', 'add', 'work', '--site', await scene.write('lab.yaml', 'name: lab\ncolour: red\n')]),

  KT501: (scene) => scene.cli(['notify', 'test'], { ...scene.feishuAt('http://127.0.0.1:9'), FEISHU_RECEIVER: '' }),
  KT502: async (scene) => {
    const { feishu } = await scene.simulator();
    const { appId: FEISHU_APP_ID, ownerOpenId: FEISHU_RECEIVER } = feishu;
    return scene.cli(['notify', 'test'], { ...scene.feishuAt(feishu.url), FEISHU_APP_ID, FEISHU_RECEIVER });
  },
  KT503: (scene) => scene.cli(['notify', 'test', '--wait', '1s'], scene.feishuAt('http://127.0.0.1:9')),
  KT505: async (scene) => {
    const { feishu } = await scene.simulator();
    return scene.cli(['notify', 'test', '--wait', '1s'], {
      ...scene.feishuAt(feishu.url),
      FEISHU_APP_ID: feishu.appId,
      FEISHU_APP_SECRET: feishu.appSecret,
      FEISHU_RECEIVER: 'ou_another0app0another0person',
    });
  },
  KT506: async (scene) =>
    scene.cli(
      ['notify', 'test', '--wait', '1s'],
      scene.feishuAt(
        await scene.serve((_request, response) => response.end('<html><body>Sign in to the network</body></html>')),
      ),
    ),
  KT507: async (scene) => {
    const message = { message_id: 'om_1', chat_id: 'oc_1', create_time: String(Date.now()) };
    const env = await scene.feishu((request, response) => {
      // This Feishu accepts cards but refuses the address of the long connection and the list of chat messages.
      const isSending = request.method === 'POST' && request.url?.includes('/im/v1/messages');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(isSending ? { code: 0, data: message } : { code: 1, msg: 'not for this app' }));
    });
    return scene.cli(['notify', 'test', '--wait', '1s'], env);
  },

  KT601: async (scene) => {
    await scene.signedIn({});
    (await scene.simulator()).console.expireSessions();
    return scene.cli(httpRefresh);
  },
  KT602: async (scene) => {
    await scene.signedIn({ replayRefused: true });
    return scene.cli(httpRefresh);
  },
  KT603: async (scene) => {
    const paths = await scene.account();
    const askedAt = new Date().toISOString();
    await writeQuestion(paths, {
      version: 1,
      id: 'q-1',
      nonce: 'n-1',
      account: 'work',
      siteTitle: 'iFlow',
      kind: 'captcha',
      detail: same('a slider'),
      askedAt,
      deadlineAt: askedAt,
      state: 'unanswered',
      reached: ['terminal'],
      runId: 'earlier',
    });
    return scene.cli(['refresh']);
  },
  KT604: async (scene) => {
    await scene.signedIn({ drift: 'fields' });
    return scene.cli(httpRefresh);
  },
  KT605: async (scene) => {
    await scene.signedIn({ banned: true });
    return scene.cli(httpRefresh);
  },
  KT607: async (scene) => {
    await scene.account();
    return scene.cli(httpRefresh);
  },
  KT613: async (scene) => {
    await scene.account();
    const proxy = await scene.serve((_request, response) => response.writeHead(407).end());
    await scene.cli(['account', 'set', 'work', '--proxy', proxy]);
    return scene.cli(httpRefresh);
  },
  KT608: async (scene) => {
    // This service rejects every key, even the new one.
    const service = await scene.serve((_request, response) => response.end('INVALID_APIKEY'));
    const site = await siteProfile(scene, (profile) => ({
      ...profile,
      probe: [{ method: 'GET', url: `${service}/`, invalid: { text: 'INVALID_APIKEY' }, valid: { status: 204 } }],
    }));
    await scene.signedIn({}, { site, probeUrl: undefined });
    return scene.cli(httpRefresh);
  },

  KT609: async (scene) => {
    // From the first write of the new key on, the disk fails for longer than keyturn retries.
    await scene.signedIn({});
    const spoiled = [
      'let fails = false; const { rename } = fs.promises; const { openSync } = fs;',
      'fs.promises.rename = async (from, to) => { await rename(from, to); fails ||= to.endsWith("rotation.json"); };',
      'fs.openSync = (file, flags, mode) => {',
      '  if (!fails || typeof flags !== "string") return openSync(file, flags, mode);',
      '  throw Object.assign(new Error("EIO: i/o error"), { code: "EIO", syscall: "open" });',
      '};',
    ];
    return scene.built(httpRefresh, broken(spoiled.join('\n')));
  },

  KT612: async (scene) => {
    const { url, apiUrl } = (await scene.simulator()).console;
    await scene.cli(['account', 'add', 'new', '--base-url', url, '--probe-url', apiUrl]);
    return scene.cli(['refresh', 'new']);
  },
  KT611: async (scene) => {
    await scene.signedIn({ dropAnswerAfterRotate: { next: 1 } });
    return scene.cli(httpRefresh);
  },

  KT614: async (scene) => {
    await scene.signedIn({});
    await scene.cli(httpRefresh);
    // No header holds this time.
    (await scene.simulator()).console.weather.set({ serverDateSkewMs: 1e18 });
    return scene.built(['refresh', '--method', 'http'], shiftedClockEnv(-400 * dayMs));
  },

  KT850: (scene) => schedule(scene, 'install'),
  KT851: async (scene) => {
    await scene.program('systemctl', 'echo "Failed to connect to bus: No medium found" >&2; exit 1');
    return schedule(scene, 'install');
  },
  KT853: async (scene) => {
    await scene.program('crontab', `[ "$1" != -l ] || echo '# end keyturn${scheduleSuffix(scene)}.'`);
    return schedule(scene, 'install', '--with', 'cron');
  },
  KT855: async (scene) => {
    await scene.program('crontab', '[ "$1" = -l ] || { echo "the disk is full" >&2; exit 1; }');
    return schedule(scene, 'install', '--with', 'cron');
  },
  KT856: (scene) => schedule(scene, 'status'),

  KT901: async (scene) => {
    const json = await withTarget(scene);
    await scene.key(await scene.account(), 'good');
    await scene.cli(json.add);
    await writeFile(json.path, '[]');
    return scene.cli(httpRefresh);
  },
  KT902: async (scene) => {
    const json = await withTarget(scene);
    await scene.account();
    await writeFile(json.path, '[]');
    return scene.cli(json.add);
  },
  KT904: async (scene) => {
    await scene.account();
    return scene.cli(['account', 'target', 'add', 'work', 'command', '--', '/no/such/program']);
  },
  KT905: async (scene) => {
    const json = await withTarget(scene);
    await scene.key(await scene.account(), 'good');
    await scene.cli(json.add);
    await writeFile(json.path, '[]');
    return scene.cli(['deliver']);
  },
  KT920: (scene) =>
    scene.built(['secrets', 'encrypt', '--keychain'], { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/at/all' }),
  KT923: (scene) => scene.cli(['secrets', 'encrypt', '--passphrase-file', join(scene.home, 'nowhere')]),
  KT926: async (scene) => {
    await encrypted(scene);
    for (const name of ['identity.json', 'identity.json.bak']) await rm(join(scene.home, name));
    return scene.cli(['key', 'work']);
  },
  KT929: async (scene) => {
    const paths = await scene.account();
    await scene.key(paths, 'good');
    const startedAt = new Date().toISOString();
    const intent = { version: 1, id: 'i', runId: 'r', startedAt, rung: 'http', hadKeyBefore: true };
    await writeFile(paths.rotation, JSON.stringify(intent), { mode: 0o600 });
    const passphrase = await scene.write('passphrase', 'correct horse battery');
    return scene.cli(['account', 'export', 'work', '--encrypted', '--passphrase-file', passphrase]);
  },
  KT930: async (scene) => {
    await encrypted(scene);
    await writeFile(join(scene.home, 'accounts/work/key.json'), '{}', { mode: 0o600 });
    return scene.cli(['key', 'work']);
  },
  KT931: async (scene) => {
    await scene.account();
    await scene.write('home/encryption.json', '{"version": 1}');
    return scene.cli(['secrets', 'decrypt', '--yes']);
  },
};

/** Runs a schedule command on a machine whose only schedulers are the scene's programs. */
function schedule(scene: ErrorScene, ...args: string[]): Promise<SceneRun> {
  return scene.cli(['schedule', ...args], { PATH: join(scene.folder, 'programs'), HOME: scene.empty });
}

const scheduleSuffix = (scene: ErrorScene) => suffixOf(scene.home, join(scene.empty, '.local', 'share', 'keyturn'));

/** Creates a file for a consumer. Returns its path and the arguments that add it as a target. */
async function withTarget(scene: ErrorScene): Promise<{ path: string; add: readonly string[] }> {
  const path = await scene.write('consumer.json', '{}');
  return { path, add: ['account', 'target', 'add', 'work', 'json', path, '--at', 'apiKey'] };
}

/** Adds an account with an encrypted key. Returns the path of the passphrase file. */
async function encrypted(scene: ErrorScene): Promise<string> {
  await scene.key(await scene.account(), 'good');
  const passphrase = await scene.write('passphrase', 'correct horse battery');
  await scene.cli(['secrets', 'encrypt', '--passphrase-file', passphrase]);
  return passphrase;
}

/** Codes that cannot be raised above, each with the reason and the test that raises it. */
export const raisedElsewhere: Readonly<Record<string, { readonly why: string; readonly test: string }>> = {
  KT921: { why: 'a desktop keychain has to be locked', test: 'tests/unit/store/secrets/encryption.spec.ts' },
  KT156: { why: 'a real browser has to show the sign-in page', test: 'tests/e2e/first-login.spec.ts' },
  KT157: { why: 'a person has to sign in at a real browser', test: 'tests/e2e/first-login.spec.ts' },
  KT701: { why: 'the page is offered for a real browser only', test: 'tests/unit/takeover/reachable-address.spec.ts' },
  KT705: { why: 'the page is offered for a real browser only', test: 'tests/unit/takeover/viewer-server.spec.ts' },
  KT706: { why: "a real browser's page has to go away", test: 'tests/e2e/takeover.spec.ts' },
};

const browserRefresh = ['refresh', '--force', '--method', 'browser'];
const httpRefresh = ['refresh', '--force', '--method', 'http', '--wait', '1s'];

async function withBrowser(scene: ErrorScene, script: string): Promise<SceneRun> {
  await scene.account();
  return scene.cli(browserRefresh, { KEYTURN_BROWSER: await scene.program('chromium', script) });
}

/** Writes a changed copy of the built-in site profile. Returns its path. */
async function siteProfile(scene: ErrorScene, change: (profile: Profile) => Profile): Promise<string> {
  const text = await readFile(new URL('../../profiles/iflow.yaml', import.meta.url), 'utf8');
  return scene.write('lab.yaml', stringify(change(parse(text) as Profile)));
}

/** Returns an environment in which the statement changes functions of Node before keyturn starts. */
function broken(statement: string): NodeJS.ProcessEnv {
  const module =
    'import fs from "node:fs"; import os from "node:os"; import { syncBuiltinESMExports } from "node:module";' +
    `${statement}; syncBuiltinESMExports();`;
  return { NODE_OPTIONS: `--import=data:text/javascript;base64,${Buffer.from(module).toString('base64')}` };
}
