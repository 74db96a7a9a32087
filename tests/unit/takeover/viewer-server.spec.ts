import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test as base } from '@playwright/test';
import { WebSocket } from 'ws';
import { OneTimeLink } from '../../../src/takeover/one-time-link.js';
import { endCode } from '../../../src/takeover/protocol.js';
import { startViewerServer } from '../../../src/takeover/viewer-server.js';
import { silentLog } from '../../../src/lib/log.js';
import { shareListener, type Listener } from '../../../src/takeover/listener.js';
import { pageSocket } from '../../../src/takeover/page-socket.js';
import { makeScratchHome } from '../../simulator/scratch-home.js';

const id = '0123456789ab';
const publicUrl = new URL('https://help.example.com/keyturn/');

interface World {
  server: { readonly port: number; readonly listener: Listener };
  link: OneTimeLink;
  token: string;
  state: { viewers: number; claims: number; refusals: string[]; now: number };
  ask: (path: string, options?: Ask) => Promise<Answer>;
  /** The status of a refused upgrade, `open`, or the reason why the open socket was closed. */
  upgrade: (headers: Record<string, string>) => Promise<number | string>;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/* eslint no-empty-pattern: [error, { allowObjectPatternsAsParameters: true }] -- Playwright reads what a fixture needs from its parameter, and `{}` is nothing. */
const test = base.extend<World>({
  state: async ({}, use) => use({ viewers: 0, claims: 0, refusals: [], now: 1_000_000 }),
  link: async ({ state }, use) => use(new OneTimeLink({ ttlMs: 900_000, now: () => state.now })),
  token: async ({ link }, use) => use(link.issue()),
  server: async ({ link, state }, use) => {
    const home = await makeScratchHome('keyturn-page-');
    const options = { home, host: '127.0.0.1', port: 0, publicUrl: publicUrl.href } as const;
    const listener = shareListener({ ...options, language: 'en', log: silentLog });
    const server = await startViewerServer({
      socketPath: pageSocket(home, id),
      isSecure: true,
      language: 'auto',
      siteTitle: 'A & B <1>',
      link,
      log: {
        ...silentLog,
        info: () => (state.claims += 1),
        warn: (fields) => state.refusals.push((fields as { why: string }).why),
      },
      onViewer: (socket) => {
        state.viewers += 1;
        socket.send('');
      },
      onNewLink: () => ({ token: link.issue(), until: 0 }),
    });
    await use({ port: await listener.port(), listener });
    await server.close();
    listener.close();
    await rm(home, { recursive: true });
  },
  // Not `fetch`, which sets the Host header by itself.
  ask: async ({ server }, use) =>
    use(
      (path, { method = 'GET', headers = {}, body } = {}) =>
        new Promise((resolve, reject) => {
          const at = { host: '127.0.0.1', port: server.port, path: inPage(path) };
          const request = httpRequest({ ...at, method, headers }, (response) => {
            let text = '';
            response.on('data', (data: Buffer) => (text += data.toString()));
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
            );
          });
          request.on('error', reject);
          request.end(body);
        }),
    ),
  upgrade: async ({ server }, use) =>
    use(
      (headers) =>
        new Promise((resolve) => {
          const socket = new WebSocket(`ws://127.0.0.1:${server.port}/${id}/live`, { headers });
          socket.on('message', () => {
            socket.close();
            resolve('open');
          });
          socket.on('close', (code, reason) => code === endCode && resolve(reason.toString()));
          socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
          socket.on('error', () => undefined);
        }),
    ),
});

/** The path of the page of this test, below the path that a proxy may not strip. */
function inPage(path: string): string {
  const [prefix, rest] = path.startsWith('/keyturn/') ? ['/keyturn', path.slice('/keyturn'.length)] : ['', path];
  return `${prefix}/${id}${rest}`;
}

const origin = publicUrl.origin;
const json = { 'content-type': 'application/json', origin };
const claimBody = (token: string) => ({ method: 'POST', headers: json, body: JSON.stringify({ token }) });
const cookieOf = ({ headers }: Answer) => String(headers['set-cookie']).split(';')[0]!;

test('the page is the same for every visitor and does not use up the token', async ({ ask, token }) => {
  for (const agent of ['facebookexternalhit/1.1', 'Mozilla/5.0']) {
    const page = await ask('/', { headers: { 'user-agent': agent } });
    expect(page.status).toBe(200);
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(page.body).toContain('data-site="A &#38; B &#60;1&#62;"');
  }
  expect((await ask('/', { method: 'HEAD' })).status).toBe(200);
  expect((await ask('/claim', claimBody(token))).status).toBe(204);
});

test('a claim sets a cookie that scripts and other sites cannot use', async ({ ask, token, state }) => {
  const claim = await ask('/claim', claimBody(token));
  expect(claim.status).toBe(204);
  expect(String(claim.headers['set-cookie'])).toMatch(
    /^__Host-keyturn-[0-9a-f]{8}=[\w-]{43}; Path=\/; Max-Age=900; HttpOnly; SameSite=Strict; Secure$/,
  );
  expect(state.claims).toBe(1);
});

test('a second claim gets 410, a wrong or missing token 403, and each refusal is reported', async ({
  ask,
  token,
  state,
}) => {
  expect((await ask('/claim', claimBody('x'.repeat(43)))).status).toBe(403);
  expect((await ask('/claim', { method: 'POST', headers: json, body: '{}' })).status).toBe(403);
  expect((await ask('/claim', claimBody(token))).status).toBe(204);
  expect((await ask('/claim', claimBody(token))).status).toBe(410);
  expect(state.refusals).toEqual(['wrong', 'wrong', 'used']);
});

test('a claim after the time limit gets 410', async ({ ask, token, state }) => {
  state.now += 900_000;
  expect((await ask('/claim', claimBody(token))).status).toBe(410);
});

test('before the claim, the socket is closed at once', async ({ upgrade, token, state }) => {
  expect(token).not.toBe('');
  expect(await upgrade({ origin })).toBe('signed-off');
  expect(state.viewers).toBe(0);
});

test('the phone that claimed the link may open it again', async ({ ask, token }) => {
  const cookie = cookieOf(await ask('/claim', claimBody(token)));
  expect((await ask('/claim', { ...claimBody(token), headers: { ...json, cookie } })).status).toBe(204);
});

test('only the cookie opens the view', async ({ ask, upgrade, token, state }) => {
  const cookie = cookieOf(await ask('/claim', claimBody(token)));
  expect(await upgrade({ origin, cookie })).toBe('open');
  expect(state.viewers).toBe(1);
  expect(await upgrade({ origin, cookie: `${cookie}x` })).toBe('signed-off');
  expect(await upgrade({ origin, cookie: cookie.replace(/=.*/, `=${token}`) })).toBe('signed-off');
  expect(await upgrade({ origin })).toBe('signed-off');
  expect(state.viewers).toBe(1);
});

for (const wrong of ['https://evil.example', 'https://help.example.com:8443', 'http://help.example.com', 'null']) {
  test(`the origin ${wrong} gets 403`, async ({ ask, upgrade, token }) => {
    expect((await ask('/claim', { ...claimBody(token), headers: { ...json, origin: wrong } })).status).toBe(403);
    const cookie = cookieOf(await ask('/claim', claimBody(token)));
    expect(await upgrade({ origin: wrong, cookie })).toBe(403);
  });
}

test('a missing origin gets 403', async ({ ask, upgrade, token }) => {
  const headers = { 'content-type': 'application/json' };
  expect((await ask('/claim', { ...claimBody(token), headers })).status).toBe(403);
  const cookie = cookieOf(await ask('/claim', claimBody(token)));
  expect(await upgrade({ cookie })).toBe(403);
});

test('a wrong host gets 421 before any other check', async ({ ask, upgrade, server, token }) => {
  expect((await ask('/', { headers: { host: 'evil.example' } })).status).toBe(421);
  expect((await ask('/', { headers: { host: `127.0.0.1:${server.port + 1}` } })).status).toBe(421);
  expect((await ask('/claim', { ...claimBody(token), headers: { ...json, host: 'evil.example' } })).status).toBe(421);
  expect(await upgrade({ origin, host: 'evil.example' })).toBe(421);
});

test('the public host is accepted, with and without the path that a proxy strips', async ({ ask }) => {
  for (const path of ['/', '/keyturn/', '/viewer.css', '/keyturn/viewer.css'])
    expect((await ask(path, { headers: { host: 'help.example.com' } })).status).toBe(200);
});

test('socket and claim are refused once the takeover is over', async ({ ask, upgrade, token, link }) => {
  const cookie = cookieOf(await ask('/claim', claimBody(token)));
  link.end('closed');
  expect(await upgrade({ origin, cookie })).toBe('closed');
  expect((await ask('/claim', claimBody(token))).status).toBe(410);
});

test('every response has the security headers', async ({ ask }) => {
  for (const path of ['/', '/nothing-here', '/viewer.css']) {
    const { headers } = await ask(path);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  }
});

test('no other file on the disk is served', async ({ ask }) => {
  for (const path of ['/viewer/../start-takeover.js', '/viewer/%2e%2e/one-time-link.js', '/viewer/', '/package.json'])
    expect((await ask(path)).status).toBe(404);
});

test('a body that is not JSON or is too long is rejected', async ({ ask, token }) => {
  expect((await ask('/claim', { method: 'POST', headers: json, body: '{' })).status).toBe(400);
  const long = JSON.stringify({ token, more: 'x'.repeat(5000) });
  expect((await ask('/claim', { method: 'POST', headers: json, body: long })).status).toBe(413);
  const form = { origin, 'content-type': 'application/x-www-form-urlencoded' };
  expect((await ask('/claim', { method: 'POST', headers: form, body: `token=${token}` })).status).toBe(415);
});

test('what is for this machine alone is not forwarded', async ({ ask }) => {
  expect((await ask('/link', { method: 'POST', headers: json, body: '{}' })).status).toBe(404);
});

test('the error for a port in use names the port', async () => {
  const other = createServer((_request, answer) => answer.end());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const listener = shareListener({ home: '/nowhere', host: '127.0.0.1', port, language: 'en', log: silentLog });
  await expect(listener.port()).rejects.toMatchObject({
    code: 'KT705',
    message: expect.stringContaining(String(port)),
  });
  other.close();
});

test('a listener that ends lets its phones go', async ({ ask, server: { listener, port }, token }) => {
  const cookie = cookieOf(await ask('/claim', claimBody(token)));
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${id}/live`, { headers: { origin, cookie } });
  await once(socket, 'message');
  const closed = once(socket, 'close');
  listener.close();
  await closed;
});

test('when the process that listens ends, another one of this home goes on at the same port', async () => {
  const home = await makeScratchHome('keyturn-page-');
  const share = () => shareListener({ home, host: '127.0.0.1', port: 0, language: 'en', log: silentLog });
  const [first, second] = [share(), share()];
  const port = await first.port();
  expect(await second.port()).toBe(port);
  first.close();
  const status = async () => (await fetch(`http://127.0.0.1:${port}/0123456789ab/`).catch(() => undefined))?.status;
  // No page is open at that address.
  await expect.poll(status, { timeout: 2000 }).toBe(410);
  second.close();
  await rm(home, { recursive: true });
});
