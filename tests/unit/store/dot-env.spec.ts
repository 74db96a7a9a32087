import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvFile } from '../../../src/store/dot-env.js';
import { configGet, ignoredVariables, loadSettings, settingsTable } from '../../../src/store/settings.js';
import { expect, test } from './temp-home.js';

const isRoot = process.geteuid?.() === 0;
const text = 'FEISHU_APP_ID=cli_0123456789abcdef\n';
const appId = async (home: string, env: Record<string, string> = {}) =>
  (await loadSettings({ env, home })).feishu.appId;

function put(folder: string, content: string, name = '.env'): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** Things other than a plain private file. Each is placed at the path, and reading it must fail at once. */
const unfit: readonly {
  readonly what: string;
  readonly put: (path: string) => void;
  readonly hint: (path: string) => string;
  readonly asRoot?: true;
}[] = [
  { what: 'a named pipe', put: (path) => execFileSync('mkfifo', [path]), hint: (path) => `ls -ld '${path}'` }, // prettier-ignore
  { what: 'a folder', put: (path) => mkdirSync(path), hint: (path) => `ls -ld '${path}'` },
  { what: 'a device', put: (path) => execFileSync('mknod', [path, 'c', '1', '3']), hint: (path) => `ls -ld '${path}'`, asRoot: true }, // prettier-ignore
  { what: 'a file that the group can write', put: (path) => withMode(path, 0o660), hint: (path) => `chmod 600 '${path}'` }, // prettier-ignore
  { what: 'a file that others can write', put: (path) => withMode(path, 0o602), hint: (path) => `chmod 600 '${path}'` }, // prettier-ignore
  { what: "another user's file", put: (path) => ofUser(path, 65_534), hint: (path) => `sudo chown ${process.geteuid?.()} '${path}'`, asRoot: true }, // prettier-ignore
];

function withMode(path: string, mode: number): void {
  writeFileSync(path, text);
  chmodSync(path, mode);
}

function ofUser(path: string, uid: number): void {
  withMode(path, 0o600);
  chownSync(path, uid, uid);
}

test.describe('.env in the home', () => {
  for (const { what, put: place, hint, asRoot } of unfit) {
    test(`is refused when it is ${what}`, async ({ home }) => {
      test.skip(asRoot === true && !isRoot, 'only root can make one');
      const path = join(home, '.env');
      place(path);
      await expect(loadSettings({ env: {}, home })).rejects.toMatchObject({
        code: 'KT106',
        exitCode: 2,
        hint: hint(path),
      });
    });
  }

  test('is refused when it is larger than any list of variables could be', async ({ home }) => {
    put(home, `${text}#${'x'.repeat(70_000)}\n`);
    await expect(loadSettings({ env: {}, home })).rejects.toMatchObject({ code: 'KT106' });
  });

  test('is refused in a folder where others can replace it', async ({ home }) => {
    put(home, text);
    chmodSync(home, 0o770);
    await expect(loadSettings({ env: {}, home })).rejects.toMatchObject({
      code: 'KT106',
      hint: `chmod go-w '${home}'`,
    });
    chmodSync(home, 0o755);
    expect(await appId(home)).toBe('cli_0123456789abcdef');
  });

  test('is read with a warning when others can read it', async ({ home }) => {
    chmodSync(put(home, text), 0o644);
    expect(await readEnvFile({}, home)).toMatchObject({ isReadableByOthers: true });
    chmodSync(join(home, '.env'), 0o600);
    expect(await readEnvFile({}, home)).toMatchObject({ isReadableByOthers: false });
  });

  test('may be missing, as may its folder', async ({ home }) => {
    expect(await readEnvFile({}, home)).toBeUndefined();
    expect(await readEnvFile({}, join(home, 'no', 'such', 'folder'))).toBeUndefined();
    expect(await readEnvFile({}, join(put(home, text), 'below a file'))).toBeUndefined();
  });

  test('keeps its first variable after a byte order mark', async ({ home }) => {
    put(home, `\ufeff${text}`);
    expect(await appId(home)).toBe('cli_0123456789abcdef');
  });

  test('may set only these variables', async ({ home }) => {
    const allowed = settingsTable.flatMap((row) => ('inEnvFile' in row ? [row.env] : []));
    expect(allowed.sort()).toEqual([
      'FEISHU_APP_ID',
      'FEISHU_APP_SECRET',
      'FEISHU_RECEIVER',
      'KEYTURN_LANGUAGE',
      'KEYTURN_LOG_LEVEL',
    ]);
    put(
      home,
      [
        'KEYTURN_BROWSER=/tmp/x.sh',
        'FEISHU_DOMAIN=http://127.0.0.1:1',
        'KEYTURN_TAKEOVER_URL=https://evil.example/steal',
        'KEYTURN_HEARTBEAT_URL=https://evil.example/beat',
        'KEYTURN_PASSPHRASE_FILE=/tmp/passphrase',
        'KEYTURN_HOME=/tmp/home',
        'KEYTURN_ENV_FILE=/tmp/other.env',
        'NODE_OPTIONS=--require=/tmp/x.js',
        'KEYTURN_LOG_LEVEL=debug',
      ].join('\n'),
    );
    const { browser, feishu, takeover, watch, log } = await loadSettings({ env: {}, home });
    expect([browser.path, feishu.domain, takeover.publicUrl, watch.heartbeatUrl, log.level]).toEqual([
      ...[undefined, 'feishu', undefined, undefined, 'debug'],
    ]);
    expect((await configGet({ env: {}, home }, 'secrets.passphraseFile')).value).toBeUndefined();
    const file = await readEnvFile({}, home);
    expect(file && ignoredVariables(file)).toEqual([
      { name: 'FEISHU_DOMAIN', next: 'keyturn config set feishu.domain' },
      { name: 'KEYTURN_BROWSER', next: 'keyturn config set browser.path' },
      { name: 'KEYTURN_TAKEOVER_URL', next: 'keyturn config set takeover.publicUrl' },
      { name: 'KEYTURN_HEARTBEAT_URL', next: 'keyturn config set watch.heartbeatUrl' },
      { name: 'KEYTURN_PASSPHRASE_FILE', next: 'keyturn config set secrets.passphraseFile' },
      { name: 'KEYTURN_HOME', next: 'export KEYTURN_HOME=/path/to/a/private/folder' },
      { name: 'KEYTURN_ENV_FILE', next: 'export KEYTURN_ENV_FILE=/path/to/a/private/file' },
    ]);
  });
});

test.describe('a file that KEYTURN_ENV_FILE names', () => {
  const at = (path: string) => ({ KEYTURN_ENV_FILE: path });

  test('is read instead of the one in the home, whatever that one is', async ({ home }) => {
    execFileSync('mkfifo', [join(home, '.env')]);
    const path = put(home, 'FEISHU_APP_ID=cli_named\n', 'named.env');
    expect(await appId(home, at(path))).toBe('cli_named');
    expect((await configGet({ env: at(path), home }, 'feishu.appId')).source).toEqual({
      kind: 'dotenv',
      name: 'FEISHU_APP_ID',
      path,
    });
  });

  for (const { what, put: place, asRoot } of unfit) {
    test(`is refused when it is ${what}`, async ({ home }) => {
      test.skip(asRoot === true && !isRoot, 'only root can make one');
      const path = join(home, 'named.env');
      place(path);
      const before = lstatSync(path);
      await expect(loadSettings({ env: at(path), home })).rejects.toMatchObject({ exitCode: 2 });
      expect(lstatSync(path).mode).toBe(before.mode);
    });
  }

  test('is refused when it does not exist', async ({ home }) => {
    const error = loadSettings({ env: at(join(home, 'nowhere.env')), home });
    await expect(error).rejects.toThrow(/nowhere\.env.*there is no such file/);
    await expect(error).rejects.toMatchObject({ hint: `ls -ld '${home}'` });
  });

  test('may be a link, and its target is checked', async ({ home }) => {
    const real = put(home, text, 'real.env');
    symlinkSync(real, join(home, 'link.env'));
    expect(await appId(home, at(join(home, 'link.env')))).toBe('cli_0123456789abcdef');
    chmodSync(real, 0o664);
    await expect(loadSettings({ env: at(join(home, 'link.env')), home })).rejects.toMatchObject({ code: 'KT106' });
  });

  test('is refused where others can replace it', async ({ home }) => {
    const folder = join(home, 'shared');
    mkdirSync(folder);
    const path = put(folder, text, 'named.env');
    symlinkSync(path, join(home, 'link.env'));
    chmodSync(folder, 0o775);
    for (const name of [path, join(home, 'link.env')]) {
      const error = loadSettings({ env: at(name), home });
      await expect(error).rejects.toMatchObject({ hint: `chmod go-w '${folder}'` });
    }
    // In a sticky folder such as /tmp nobody can remove another user's file.
    chmodSync(folder, 0o1777);
    expect(await appId(home, at(path))).toBe('cli_0123456789abcdef');
  });
});
