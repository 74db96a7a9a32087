import { execFile } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { caFile, farHost, startHttpProxy, startSocksProxy, startTls, type Started } from '../support/networks.js';
import { runInProcess } from '../support/keyturn-in-process.js';
import { expect, expectRun, phone, test as base } from '../support/world.js';

const test = base.extend<{ open: (starting: Promise<Started>) => Promise<Started> }>({
  open: async ({}, use) => {
    const started: Started[] = [];
    await use(async (starting) => {
      started.push(await starting);
      return started.at(-1)!;
    });
    for (const each of started) each.close();
  },
});
test.use({ hasFeishu: false });

const local = (port: number, login = '') => `http://${login}127.0.0.1:${port}`;
const far = (address: string) => address.replace('127.0.0.1', farHost);
/** The variables of whoever runs the tests do not count. */
const none = Object.fromEntries(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
    [name, undefined],
    [name.toLowerCase(), undefined],
  ]),
);

test('a proxy in the environment leads HTTP, the browser, the verification and doctor to the site', async ({
  world,
  open,
}) => {
  const proxy = await open(startHttpProxy({ login: 'me:p@ss' }));
  const { url, apiUrl } = world.simulator.console;
  await world.addImported('work', { flags: ['--base-url', far(url), '--probe-url', far(apiUrl)] });
  const env = { ...none, http_proxy: local(proxy.port, 'me:p%40ss@') };
  const refresh = (method: string, more: NodeJS.ProcessEnv = env) =>
    world.startWith(more, 'refresh', '--force', '--method', method).ended;
  expectRun(await refresh('http'), 0, /renewed over HTTP/);
  expectRun(await refresh('browser'), 0, /renewed over the page/);
  expect(world.simulator.console.truth(phone).rotations).toBe(2);
  proxy.passed.length = 0;
  const doctor = await world.startWith(env, 'doctor', 'work').ended;
  expect(doctor.stdout).toMatch(/answers through http:\/\/•••@127\.0\.0\.1:\d+ with HTTP/);
  expect(doctor.stdout).toMatch(/signed in/);
  expect(doctor.stdout).toMatch(/accepts the key/);
  expect(doctor.stdout + doctor.stderr).not.toContain('p%40ss');
  expect(proxy.passed).toContain('GET /api/openapi/apikey');

  const wrong = { ...none, http_proxy: local(proxy.port, 'me:wrong@') };
  expectRun(await refresh('http', wrong), 2, /does not accept the user and password.*KT613/s);
  expectRun(await refresh('browser', wrong), 2, /does not accept the user and password.*KT613/s);
  expectRun(await refresh('http', { ...env, no_proxy: '.test' }), 1, /KT607/);
  expectRun(await refresh('browser', { ...env, no_proxy: '.test' }), 1, /KT607/);
});

test.describe('a private certificate authority', () => {
  test.use({ hasRealBrowser: true });
  test('counts for HTTP by a variable, for Chromium by the command that doctor names', async ({ world, open }) => {
    const server = await open(startTls({ port: Number(new URL(world.simulator.console.url).port) }));
    await world.addImported('work', { flags: ['--base-url', `https://localhost:${server.port}`] });
    const userHome = join(world.home, 'user');
    await mkdir(userHome);
    await copyFile(caFile, join(userHome, 'ca.pem'));
    const env = { ...none, HOME: userHome, SSL_CERT_FILE: undefined, NODE_EXTRA_CA_CERTS: undefined };
    const trusting = { ...env, NODE_EXTRA_CA_CERTS: join(userHome, 'ca.pem') };
    const refresh = (method: string, more: NodeJS.ProcessEnv) =>
      world.startWith(more, 'refresh', '--force', '--method', method).ended;
    expectRun(await refresh('http', env), 2, /NODE_EXTRA_CA_CERTS.*KT613/s);
    expectRun(await refresh('http', trusting), 0, /renewed over HTTP/);
    expectRun(await refresh('browser', trusting), 2, /\.pki\/nssdb.*KT613/s);
    const doctor = await world.startWith(trusting, 'doctor', 'work').ended;
    const [, command = ''] = /next: (mkdir -p \S+nssdb && certutil .*)/.exec(doctor.stdout) ?? [];
    expect(command).toContain(' -i ');
    const hasCertutil = await promisify(execFile)('certutil', ['-H']).catch((error: { code?: unknown }) => error.code);
    test.skip(hasCertutil === 'ENOENT', 'certutil is not installed');
    await promisify(execFile)('sh', ['-c', command]);
    expectRun(await refresh('browser', trusting), 0, /renewed over the page/);
    const again = await world.startWith(trusting, 'doctor', 'work').ended;
    expect(again.stdout).toMatch(/Chromium finds in/);
  });
});

test('a SOCKS proxy with a login is refused when it is set, unless the account uses HTTP only', async ({
  world,
  open,
}) => {
  const proxy = await open(startSocksProxy({ user: 'me', password: 'planted-word' }));
  const socks = `socks5://me:planted-word@127.0.0.1:${proxy.port}`;
  const refused = await world.startWith(none, 'account', 'add', 'work', '--proxy', socks).ended;
  expectRun(refused, 2, /cannot sign in to a SOCKS proxy.*next: keyturn account add work --proxy/s);
  expect(refused.stderr).not.toContain('planted-word');
  const { url, apiUrl } = world.simulator.console;
  const flags = ['--base-url', far(url), '--probe-url', far(apiUrl), '--proxy', socks, '--method', 'http'];
  await world.addImported('work', { flags });
  expectRun(await world.startWith(none, 'refresh').ended, 0, /renewed over HTTP/);
  expectRun(await world.startWith(none, 'account', 'set', 'work', '--method', 'auto').ended, 2, /SOCKS/);

  await world.prepare('account', 'set', 'work', '--method', 'auto', '--proxy', 'none');
  const env = { ...none, ALL_PROXY: socks };
  expectRun(await world.startWith(env, 'refresh', '--force').ended, 2, /in ALL_PROXY .*SOCKS/);
  expectRun(await world.startWith(env, 'doctor', '--offline').ended, 1, /proxy.*in ALL_PROXY .*SOCKS/);
});

test("a proxy's password comes from a pipe", async ({ world }) => {
  await world.addImported();
  const input = 'http://me:planted-word@127.0.0.1:9\n';
  const env = { KEYTURN_HOME: world.home };
  expectRun(await runInProcess(['account', 'set', 'work', '--proxy', '-'], { env, input }), 0, /changed/);
  expect(await world.json('work', 'account.json')).toMatchObject({ proxy: 'http://me:planted-word@127.0.0.1:9' });
});

test('plain http to a public address needs a switch', async ({ world }) => {
  const address = 'http://console.example.com';
  expectRun(await world.inProcess('account', 'add', 'work', '--base-url', address), 2, /--allow-http.*KT101/s);
  expectRun(await world.inProcess('account', 'add', 'work', '--base-url', address, '--allow-http'), 0);
  expectRun(await world.inProcess('account', 'set', 'work', '--base-url', `${address}:81`), 0);
  expectRun(await world.inProcess('account', 'add', 'near', '--base-url', 'http://192.168.1.5:3000'), 0);
  const set = ['config', 'set', 'feishu.domain', 'http://feishu.example.com'];
  expectRun(await world.inProcess(...set), 2, /feishu\.allowHttp/);
  await world.prepare('config', 'set', 'feishu.allowHttp', 'true');
  expectRun(await world.inProcess(...set), 0);
});
