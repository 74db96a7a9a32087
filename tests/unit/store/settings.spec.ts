import fc from 'fast-check';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppError } from '../../../src/lib/app-error.js';
import {
  configGet,
  configList,
  configSet,
  configUnset,
  isSecretSetting,
  languageFor,
  loadSettings,
  settingsPath,
  settingsTable,
  type LoadSettingsOptions,
} from '../../../src/store/settings.js';
import { runStoreChild } from './store-child.js';
import { expect, modeOf, test as base } from './temp-home.js';

interface World {
  readonly options: LoadSettingsOptions;
  file(content: unknown): void;
  dotEnv(text: string): void;
}

const test = base.extend<{ world: World }>({
  world: async ({ home }, use) => {
    await use({
      options: { env: {}, home },
      file: (content) =>
        writeFileSync(settingsPath(home), typeof content === 'string' ? content : JSON.stringify(content), {
          mode: 0o600,
        }),
      dotEnv: (text) => writeFileSync(join(home, '.env'), text, { mode: 0o600 }),
    });
  },
});

const secret = 'S3cretS3cretS3cret';

test.describe('settings', () => {
  test('have defaults', async ({ world }) => {
    expect(await loadSettings(world.options)).toEqual({
      language: 'auto',
      feishu: {
        ...{ domain: 'feishu', allowHttp: false, answers: 'auto' },
        ...{ appId: undefined, appSecret: undefined, receiver: undefined },
      },
      notify: { success: true, failure: true, includeKey: false },
      handoff: { waitMs: 900_000, askAgainAfterMs: 14_400_000 },
      browser: { path: undefined, args: [], maxAtOnce: 'auto' },
      takeover: { publicUrl: undefined, host: '127.0.0.1', port: 0, allowPrivateHttp: false },
      login: { timeoutMs: 600_000 },
      session: { keepAliveMs: 86_400_000 },
      watch: { quietHours: { fromMinute: 1380, toMinute: 480 }, jitterMs: 1_800_000, heartbeatUrl: undefined },
      log: { level: 'info' },
    });
  });

  test('precedence is flag, environment, .env, settings file, default', async ({ world }) => {
    const { options } = world;
    const level = async (more: Partial<LoadSettingsOptions> = {}) =>
      (await loadSettings({ ...options, ...more })).log.level;
    expect(await level()).toBe('info');
    world.file({ log: { level: 'warn' } });
    expect(await level()).toBe('warn');
    world.dotEnv('KEYTURN_LOG_LEVEL="error" # loud\r\n');
    expect(await level()).toBe('error');
    const env = { KEYTURN_LOG_LEVEL: 'debug' };
    expect(await level({ env })).toBe('debug');
    expect(await level({ env: { KEYTURN_LOG_LEVEL: '' } })).toBe('error');
    expect(await level({ env, flags: [{ key: 'log.level', flag: '--log-level', text: 'trace' }] })).toBe('trace');
  });

  test('every problem is reported at once, with its key and source and no secret', async ({ world, home }) => {
    world.file({ language: 'fr', handoff: { wait: '15', snoze: '1h' }, feishu: { appSecret: 7 }, extra: { a: 1 } });
    world.dotEnv(`FEISHU_APP_SECRET=${secret} x\nFEISHU_RECEIVER=me\n`);
    const error = (await loadSettings({
      ...world.options,
      env: { FEISHU_APP_ID: 'x' },
      flags: [{ key: 'handoff.askAgainAfter', flag: '--ask-again', text: '1s' }],
    }).catch((each: unknown) => each)) as AppError;
    expect(error).toMatchObject({ code: 'KT105', exitCode: 2 });
    const path = settingsPath(home);
    for (const start of [
      `language (${path}): must be auto | zh | en, which "fr" is not`,
      `handoff.wait (${path}): must be a duration`,
      `handoff.snoze (${path}): there is no such setting`,
      `extra (${path}): there is no such setting`,
      `feishu.appSecret (${path}): must be`,
      'feishu.appSecret (.env FEISHU_APP_SECRET): must be',
      'feishu.receiver (.env FEISHU_RECEIVER): must be',
      'feishu.appId (environment FEISHU_APP_ID): must be',
      'handoff.askAgainAfter (--ask-again): must be',
    ]) {
      expect(error.message).toContain(start);
    }
    expect(error.message).not.toContain(secret);
  });

  test('.env may contain variables of other programs', async ({ world }) => {
    world.dotEnv('HOME=/elsewhere\nLOG_LEVEL=none\n');
    expect((await loadSettings(world.options)).log.level).toBe('info');
  });

  for (const text of ['', '   ', '{"log":', 'null', '[]', '"x"', '\u0000']) {
    test(`a settings file with ${JSON.stringify(text)} is refused and left unchanged`, async ({ world, home }) => {
      world.file(text);
      for (const use of [() => loadSettings(world.options), () => configSet(world.options, 'log.level', 'warn')]) {
        await expect(use()).rejects.toMatchObject({ code: 'KT106', exitCode: 2 });
      }
      expect(readFileSync(settingsPath(home), 'utf8')).toBe(text);
    });
  }

  test('garbage in the file gives a coded error and keeps the file', async ({ world, home }) => {
    const keys = fc.constantFrom(...settingsTable.map((row) => row.key.split('.')[0] as string), 'x', '__proto__');
    const nearly = fc.dictionary(keys, fc.jsonValue()).map((value) => JSON.stringify(value));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json(), nearly), async (text) => {
        world.file(text);
        const result = await loadSettings(world.options).catch((error: unknown) => error);
        if (result instanceof Error) expect(['KT105', 'KT106']).toContain((result as AppError).code);
        expect(readFileSync(settingsPath(home), 'utf8')).toBe(text);
      }),
    );
  });

  test('a file that others can read is refused', async ({ world, home }) => {
    world.file({});
    chmodSync(settingsPath(home), 0o644);
    await expect(loadSettings(world.options)).rejects.toMatchObject({ code: 'KT210' });
    await expect(configSet(world.options, 'log.level', 'warn')).rejects.toMatchObject({ code: 'KT210' });
  });

  test('a run that is not due loads no library but zod', async ({ home }) => {
    const script = `
      import { listAccounts } from 'store/accounts.js';
      import { readCheckpoint } from 'store/checkpoints.js';
      import { appendHistory } from 'store/history.js';
      import { accountPaths } from 'store/home.js';
      import { readKeyRecord } from 'store/key-records.js';
      import { readLastRun } from 'store/last-run.js';
      import { acquireLock } from 'store/lock.js';
      import { readQuestion } from 'store/questions.js';
      import { loadSettings } from 'store/settings.js';
      const home = process.argv[2];
      const paths = accountPaths(home, 'work');
      await loadSettings({ env: {}, home });
      await listAccounts(home);
      for (const read of [readKeyRecord, readCheckpoint, readLastRun, readQuestion]) await read(paths);
      const lock = await acquireLock(paths.lock, { command: 'x', runId: 'r' });
      await appendHistory(paths, { at: '', runId: 'r', event: 'e' });
      await lock.release();`;
    expect(await runStoreChild(script, [home], { libraries: ['zod'] }).ended).toMatchObject({ code: 0, output: '' });
  });
});

test.describe('config', () => {
  test('set writes to a private file what get and the next load read', async ({ world, home }) => {
    const { options } = world;
    world.file({ unknownToUs: { kept: true }, log: { level: 'warn' } });
    for (const [key, text, value] of [
      ['feishu.appSecret', secret, secret],
      ['handoff.wait', '20m', '20m'],
      ['notify.success', 'quiet', 'quiet'],
      ['notify.includeKey', 'yes', true],
      ['browser.maxAtOnce', '2', 2],
      ['browser.args', '--a --b=c', ['--a', '--b=c']],
      ['browser.args', '["--a b"]', ['--a b']],
      ['log.level', 'debug', 'debug'],
    ] as const) {
      expect(await configSet(options, key, text)).toMatchObject({ key, value, source: { kind: 'file' } });
    }
    expect(modeOf(settingsPath(home))).toBe('600');
    expect(JSON.parse(readFileSync(settingsPath(home), 'utf8'))).toMatchObject({
      unknownToUs: { kept: true },
      feishu: { appSecret: secret },
      browser: { args: ['--a b'], maxAtOnce: 2 },
    });
    expect(await configUnset(options, 'unknownToUs')).toBe(true);
    expect((await loadSettings(options)).handoff.waitMs).toBe(1_200_000);
    expect(await configUnset(options, 'handoff.wait')).toBe(true);
    expect(await configUnset(options, 'handoff.wait')).toBe(false);
    expect((await configGet(options, 'handoff.wait')).source).toEqual({ kind: 'default' });
    expect(readdirSync(home)).toEqual(['settings.json']);
  });

  test('a file with a byte order mark is read, changed and read again', async ({ world, home }) => {
    writeFileSync(settingsPath(home), '\ufeff{ "handoff": { "wait": "20m" } }', { mode: 0o600 });
    await configSet(world.options, 'log.level', 'debug');
    expect(await loadSettings(world.options)).toMatchObject({
      handoff: { waitMs: 1_200_000 },
      log: { level: 'debug' },
    });
  });

  test('set writes a private file whatever the umask', async ({ home }) => {
    const script = `
      import { configSet } from 'store/settings.js';
      await configSet({ env: {}, home: process.argv[2] + '/new' }, 'log.level', 'warn');`;
    expect(await runStoreChild(script, [home], { umask: 0 }).ended).toMatchObject({ code: 0, output: '' });
    expect(modeOf(join(home, 'new'))).toBe('700');
    expect(modeOf(join(home, 'new', 'settings.json'))).toBe('600');
  });

  test('an invalid value or key changes nothing', async ({ world, home }) => {
    await expect(configSet(world.options, 'handoff.wait', 'soon')).rejects.toMatchObject({ code: 'KT105' });
    await expect(configSet(world.options, 'feishu.appSecret', `${secret} `)).rejects.not.toThrow(secret);
    await expect(configSet(world.options, 'handoff.Wait', '1m')).rejects.toThrow(/Did you mean handoff\.wait\?/);
    await expect(configGet(world.options, 'nothing')).rejects.toMatchObject({ code: 'KT101', exitCode: 2 });
    await expect(configUnset(world.options, 'nothing')).rejects.toMatchObject({ code: 'KT101' });
    expect(existsSync(settingsPath(home))).toBe(false);
  });

  test('set can correct an invalid value in the file', async ({ world }) => {
    world.file({ log: { level: 'loud' } });
    await expect(configGet(world.options, 'log.level')).rejects.toMatchObject({ code: 'KT105' });
    await configSet(world.options, 'log.level', 'warn');
    expect((await loadSettings(world.options)).log.level).toBe('warn');
  });

  test('set reports a variable that overrides the written value', async ({ world }) => {
    const options = { ...world.options, env: { KEYTURN_LOG_LEVEL: 'error' } };
    expect(await configSet(options, 'log.level', 'warn')).toMatchObject({
      value: 'error',
      source: { kind: 'env', name: 'KEYTURN_LOG_LEVEL' },
    });
  });

  test('the list has every setting and its source, and no secret', async ({ world }) => {
    const lines = await configList({ ...world.options, env: { FEISHU_APP_SECRET: secret } });
    expect(lines.map((line) => line.key)).toEqual(settingsTable.map((row) => row.key));
    expect(JSON.stringify(lines)).not.toContain(secret);
    expect(lines.find((line) => line.key === 'feishu.appSecret')).toMatchObject({
      value: '•••',
      source: { kind: 'env' },
    });
    expect(isSecretSetting('feishu.appSecret')).toBe(true);
    expect(isSecretSetting('feishu.appId')).toBe(false);
  });

  test('every default is valid for its setting', () => {
    for (const { type, default: value } of settingsTable) {
      if (value !== undefined) expect(type.schema.safeParse(value).success).toBe(true);
    }
  });
});

test.describe('the language', () => {
  for (const [language, audience, env, expected] of [
    ['auto', 'feishu', { LANG: 'en_US.UTF-8' }, 'zh'],
    ['auto', 'terminal', { LANG: 'zh_CN.UTF-8' }, 'zh'],
    ['auto', 'terminal', { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
    ['en', 'feishu', { LANG: 'zh_CN.UTF-8' }, 'en'],
    ['zh', 'terminal', { LANG: 'C' }, 'zh'],
  ] as const) {
    test(`${language} for ${audience} under ${JSON.stringify(env)} is ${expected}`, () => {
      expect(languageFor({ language }, audience, env)).toBe(expected);
    });
  }
});
