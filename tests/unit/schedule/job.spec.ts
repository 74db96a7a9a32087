import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { lastingPath, leftOut, makeJob, type JobOptions } from '../../../src/schedule/job.js';
import { expect, test } from '../store/temp-home.js';

const options = (more: Partial<JobOptions> = {}): JobOptions => ({
  kind: 'refresh',
  home: '/home/me/.local/share/keyturn',
  defaultHome: '/home/me/.local/share/keyturn',
  userHome: '/home/me',
  hostname: 'host',
  execPath: process.execPath,
  bin: '/opt/keyturn/dist/bin.js',
  cwd: '/home/me/work',
  env: {},
  ...more,
});

test('the default home needs no variable and no suffix, any other home has both', () => {
  const usual = makeJob(options());
  expect(usual.suffix).toBe('');
  expect(usual.env).not.toHaveProperty('KEYTURN_HOME');
  const other = makeJob(options({ home: '/srv/keys' }));
  expect(other.env['KEYTURN_HOME']).toBe('/srv/keys');
  expect(other.suffix).toMatch(/^-[0-9a-f]{8}$/);
});

test('the job does not depend on the shell that installs it, and holds none of its secrets', () => {
  const shell = {
    PATH: '/home/me/venv/bin:/tmp/x',
    FEISHU_APP_SECRET: 'hush-hush',
    IFLOW_API_KEY: 'sk-hush-hush',
    HTTPS_PROXY: 'http://me:hush-hush@proxy:3128',
    NO_PROXY: 'localhost',
  };
  const job = makeJob(options({ env: shell }));
  expect(JSON.stringify(job)).not.toContain('hush-hush');
  expect(leftOut(shell)).toEqual([{ name: 'HTTPS_PROXY', why: 'password' }]);
  expect(job.env['NO_PROXY']).toBe('localhost');
  expect(job.env['PATH']).toBe(makeJob(options()).env['PATH']);
  for (const word of [job.words[0], job.words[1], ...(job.env['PATH'] ?? '').split(':')])
    expect(isAbsolute(word)).toBe(true);
});

test('the time zone, the certificates and the options of Node are carried over, with absolute paths', () => {
  const shell = {
    TZ: 'Asia/Shanghai',
    NODE_EXTRA_CA_CERTS: 'ca.pem',
    SSL_CERT_FILE: '/etc/ssl/corp.pem',
    NODE_USE_SYSTEM_CA: '1',
    NODE_OPTIONS: '--use-openssl-ca',
    https_proxy: 'http://proxy:3128',
  };
  expect(makeJob(options({ env: shell })).env).toMatchObject({
    ...shell,
    NODE_EXTRA_CA_CERTS: '/home/me/work/ca.pem',
  });
  expect(leftOut(shell)).toEqual([]);
});

test('options that load other code, and no check of certificates, are left out', () => {
  const shell = { NODE_OPTIONS: '--no-warnings --require /tmp/debugger.js', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  expect(leftOut(shell).map(({ name }) => name)).toEqual(Object.keys(shell));
  for (const name of Object.keys(shell)) expect(makeJob(options({ env: shell })).env).not.toHaveProperty(name);
});

for (const folder of ['.npm/_npx/ab12', '.cache/pnpm/dlx/ab12', 'tmp/xfs-1/dlx-12', 'tmp/bunx-1000-keyturn@latest']) {
  test(`a program that was unpacked into ${folder} for one use is refused`, () => {
    const bin = `/home/me/${folder}/node_modules/keyturn/dist/bin.js`;
    expect(() => makeJob(options({ bin }))).toThrow(expect.objectContaining({ code: 'KT101' }));
  });
}

test('the minute is the same at every install and never the full hour', () => {
  const minutes = Array.from({ length: 200 }, (_, n) => makeJob(options({ hostname: `host-${n}` })).minute);
  expect(minutes).toEqual(Array.from({ length: 200 }, (_, n) => makeJob(options({ hostname: `host-${n}` })).minute));
  for (const minute of minutes) expect(minute >= 1 && minute <= 58).toBe(true);
  expect(new Set(minutes).size).toBeGreaterThan(20);
});

test('the path to node is the link on PATH, unless that link belongs to one shell', ({ home }) => {
  const links = join(home, 'bin');
  const ofOneShell = join(home, 'fnm_multishells', '42', 'bin');
  for (const folder of [links, ofOneShell]) {
    mkdirSync(folder, { recursive: true });
    symlinkSync(process.execPath, join(folder, 'node'));
  }
  const found = lastingPath(process.execPath, { PATH: `${ofOneShell}:${links}` });
  expect(found).toBe(join(links, 'node'));
  expect(lastingPath(process.execPath, { PATH: dirname(process.execPath) })).toBe(process.execPath);
});

test('a line break in a path is refused', () => {
  expect(() => makeJob(options({ home: '/home/me/a\nb' }))).toThrow(expect.objectContaining({ code: 'KT101' }));
});
