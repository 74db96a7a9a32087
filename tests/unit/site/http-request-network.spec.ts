import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { httpRequest } from '../../../src/site/http-request.js';
import { caFile, farHost, startHttpProxy, startSocksProxy, startTls, type Started } from '../../support/networks.js';

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

const trust = { NODE_EXTRA_CA_CERTS: caFile };
const ask = (port: number, env: NodeJS.ProcessEnv, { host = farHost, proxy }: { host?: string; proxy?: string } = {}) =>
  httpRequest({
    method: 'GET',
    url: `https://${host}:${port}/`,
    headers: {},
    timeoutMs: 10_000,
    network: { proxy, env },
  });

for (const [what, login, encoded] of [
  ['no password', undefined, ''],
  ['a password with every kind of sign', 'me@work:p@:#/%é', 'me%40work:p%40%3A%23%2F%25%C3%A9@'],
] as const) {
  test(`an HTTP proxy from the environment with ${what} leads to a server that it alone knows`, async ({ open }) => {
    const [server, proxy] = [await open(startTls()), await open(startHttpProxy({ login }))];
    const answer = await ask(server.port, { ...trust, https_proxy: `http://${encoded}127.0.0.1:${proxy.port}` });
    expect(answer).toMatchObject({ kind: 'answered', text: '{"over": "tls"}' });
    expect(proxy.passed).toEqual([`CONNECT ${farHost}:${server.port}`]);
  });
}

test('a SOCKS5 proxy with a login looks the name up', async ({ open }) => {
  const [server, proxy] = [await open(startTls()), await open(startSocksProxy({ user: 'me', password: 'p:w' }))];
  const answer = await ask(server.port, trust, { proxy: `socks5://me:p%3Aw@127.0.0.1:${proxy.port}` });
  expect(answer).toMatchObject({ kind: 'answered' });
  expect(proxy.passed).toEqual([`CONNECT ${farHost}:${server.port}`]);
});

for (const variable of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']) {
  test(`a private authority in ${variable} is trusted, beside text and a broken certificate`, async ({ open }) => {
    const folder = await mkdtemp(join(tmpdir(), 'keyturn-ca-'));
    const bundle = join(folder, 'bundle.pem');
    const broken = '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n';
    await writeFile(bundle, `# our own\n${broken}${await readFile(caFile, 'utf8')}`);
    const server = await open(startTls());
    expect(await ask(server.port, { [variable]: bundle }, { host: 'localhost' })).toMatchObject({ kind: 'answered' });
    await rm(folder, { recursive: true });
  });
}

for (const [what, why, network] of [
  ['a certificate of an unknown authority', /not trusted; name the file .* NODE_EXTRA_CA_CERTS/, {}],
  ['a bundle that is not there', /not trusted/, { env: { SSL_CERT_FILE: '/nowhere.pem' } }],
  [
    'a certificate for another name',
    /for another name/,
    { host: 'other.test', env: trust, by: startHttpProxy, word: 'right' },
  ],
  ['a wrong password of an HTTP proxy', /does not accept the user and password/, { env: trust, by: startHttpProxy }],
  ['a wrong password of a SOCKS proxy', /does not accept the user and password/, { env: trust, by: startSocksProxy }],
] as const) {
  test(`${what} is a reason that lasts`, async ({ open }) => {
    const {
      host = 'localhost',
      env = {},
      by,
      word = 'wrong-word',
    } = network as {
      host?: string;
      env?: NodeJS.ProcessEnv;
      by?: unknown;
      word?: string;
    };
    const server = await open(startTls());
    const login = { login: 'me:right', user: 'me', password: 'right' };
    const proxy = by ? await open((by as typeof startSocksProxy)(login)) : undefined;
    const scheme = by === startSocksProxy ? 'socks5' : 'http';
    const options = { host, proxy: proxy && `${scheme}://me:${word}@127.0.0.1:${proxy.port}` };
    const answer = await ask(server.port, env, options);
    expect(answer).toMatchObject({ kind: 'unanswered', sent: 'no', lasts: true, why: { en: why } });
    expect(JSON.stringify(answer)).not.toContain('wrong-word');
    expect(server.passed).toEqual([]);
  });
}

test('a proxy that is not there may come back', async () => {
  expect(await ask(1, { HTTPS_PROXY: 'http://127.0.0.1:9' })).toMatchObject({ kind: 'unanswered', lasts: false });
});
