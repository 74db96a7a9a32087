import { expect, test as base } from '@playwright/test';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { silentLog } from '../../../src/lib/log.js';
import { createRedactor } from '../../../src/lib/redactor.js';
import type { ConsoleReading } from '../../../src/core/ports.js';
import type { CheckpointCookie, SessionCheckpoint } from '../../../src/core/session-checkpoint.js';
import { openHttpConsole, type HttpConsoleOptions } from '../../../src/site/http-console.js';
import { loadSiteProfile } from '../../../src/site/load-profile.js';
import { resolveProfile } from '../../../src/site/resolve-profile.js';

interface Got {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (response: ServerResponse, got: Got) => void;

/** A console whose answers the test defines; keeps the requests. */
interface Site {
  readonly url: string;
  readonly requests: Got[];
  /** The last answer repeats forever. */
  answer(...answers: Answer[]): void;
}

const test = base.extend<{ site: Site; closing: Server[] }>({
  closing: async ({}, use) => {
    const servers: Server[] = [];
    await use(servers);
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  },
  site: async ({ closing }, use) => {
    const requests: Got[] = [];
    let answers: Answer[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const got = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
        requests.push(got);
        const next = answers.length > 1 ? answers.shift() : answers[0];
        next?.(response, got);
      });
    });
    closing.push(server);
    await use({ url: await listen(server), requests, answer: (...next) => (answers = next) });
  },
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const oldKey = `sk-${'a1'.repeat(16)}`;
const newKey = `sk-${'b2'.repeat(16)}`;
const mask = 'sk-a1****a1a1';
const cookie = (name: string, value: string, more: Partial<CheckpointCookie> = {}): CheckpointCookie => ({
  name,
  value,
  domain: '127.0.0.1',
  path: '/',
  expires: -1,
  httpOnly: false,
  secure: false,
  sameSite: 'Lax',
  ...more,
});
const signedIn: SessionCheckpoint = {
  version: 1,
  savedAt: '2026-03-01T00:00:00.000Z',
  savedBy: 'browser',
  cookies: [cookie('BXAuth', 'session-secret', { httpOnly: true }), cookie('XSRF-TOKEN', 'x%2Fsrf%3D1')],
  origins: [{ origin: 'http://127.0.0.1', localStorage: [{ name: 'kept', value: 'yes' }] }],
};

const json =
  (value: unknown, headers: Record<string, string | string[]> = {}, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
const ok = (data: unknown, headers?: Record<string, string | string[]>) =>
  json({ success: true, code: '200', message: '操作成功', data, extra: null }, headers);
const no = (code: string, message: string) => json({ success: false, code, message, data: null });
const keyData = (fields: object = {}) => ({
  hasExpired: false,
  expireTime: '2026-03-04 15:54',
  name: '151****1234',
  apiKey: null,
  apiKeyMask: mask,
  ...fields,
});

async function open(site: { url: string }, options: Partial<HttpConsoleOptions> = {}) {
  const saved: SessionCheckpoint[] = [];
  const console = openHttpConsole({
    profile: resolveProfile(await loadSiteProfile('iflow'), { baseUrl: site.url }),
    checkpoint: signedIn,
    saveCheckpoint: (checkpoint) => {
      saved.push(checkpoint);
      return Promise.resolve();
    },
    redactor: createRedactor(),
    network: { env: {} },
    onStep: () => undefined,
    log: silentLog,
    now: () => Date.now(),
    backoffMs: 1,
    ...options,
  });
  return { console, saved };
}

const hadKey: ConsoleReading = { hasKey: true, mask, expiresAt: '2026-03-04T07:54:00.000Z', name: '151****1234' };

/** Hooks that record the order of events. */
function hooks() {
  const events: string[] = [];
  return {
    events,
    beforePress: () => Promise.resolve(void events.push('beforePress')),
    onKey: ({ key }: { key: string }) => Promise.resolve(void events.push(`onKey ${key}`)),
  };
}

for (const [what, data, expected] of [
  ['a mask', keyData(), { hasKey: true, mask, key: undefined }],
  ['a full key', keyData({ apiKey: oldKey }), { hasKey: true, key: oldKey, mask }],
  ['a full key in the field of the mask', keyData({ apiKeyMask: oldKey }), { hasKey: true, key: oldKey }],
  ['no key yet', null, { hasKey: false }],
  ['empty key fields', keyData({ apiKey: '', apiKeyMask: null }), { hasKey: false }],
  ['a dead key', keyData({ hasExpired: true }), { hasKey: true, expired: true }],
] as const) {
  test(`reads ${what}`, async ({ site }) => {
    site.answer(ok(data));
    const { console } = await open(site);
    const reading = await console.read();
    expect(reading).toMatchObject({ ok: true, value: expected });
    if (data) expect(reading).toMatchObject({ value: { expiresAt: '2026-03-04T07:54:00.000Z', name: '151****1234' } });
  });
}

test('requests carry the session, the user agent and the current XSRF cookie', async ({ site }) => {
  site.answer(ok(keyData(), { 'set-cookie': 'XSRF-TOKEN=second%20one; Path=/' }), ok(keyData({ apiKey: newKey })));
  const { console, saved } = await open(site);
  await console.read();
  await console.rotate(hadKey, hooks());
  const [get, post] = site.requests;
  expect(get).toMatchObject({ method: 'GET', path: '/api/openapi/apikey', body: '' });
  expect(get?.headers).toMatchObject({
    cookie: 'BXAuth=session-secret; XSRF-TOKEN=x%2Fsrf%3D1',
    'x-xsrf-token': 'x/srf=1',
    'user-agent': expect.stringMatching(/^keyturn\/\d/),
    referer: `${site.url}/profile?tab=apiKey`,
  });
  expect(post).toMatchObject({ method: 'POST', body: '{"name":"151****1234"}' });
  expect(post?.headers).toMatchObject({
    cookie: 'BXAuth=session-secret; XSRF-TOKEN=second%20one',
    'x-xsrf-token': 'second one',
    'content-type': 'application/json',
    origin: site.url,
  });
  expect(saved.at(-1)).toMatchObject({ savedBy: 'http', origins: signedIn.origins });
  expect(saved.at(-1)?.cookies).toContainEqual(cookie('XSRF-TOKEN', 'second%20one'));
});

test('a deleted cookie leaves the checkpoint, a cookie with Max-Age gets its expiry', async ({ site }) => {
  site.answer(
    ok(keyData(), { 'set-cookie': ['XSRF-TOKEN=; Path=/; Max-Age=0', 'BXAuth=next; Path=/; Max-Age=600; HttpOnly'] }),
  );
  const { console, saved } = await open(site);
  await console.read();
  const cookies = saved.at(-1)?.cookies ?? [];
  expect(cookies.map(({ name, value }) => `${name}=${value}`)).toEqual(['BXAuth=next']);
  const secondsLeft = (cookies[0]?.expires ?? 0) - Date.now() / 1000;
  expect(secondsLeft).toBeGreaterThan(590);
  expect(secondsLeft).toBeLessThanOrEqual(601);
});

test('cookies of other sites, of other paths and past their expiry are not sent', async ({ site }) => {
  site.answer(ok(keyData()));
  const cookies = [
    ...signedIn.cookies,
    cookie('other', '1', { domain: 'platform.iflow.cn' }),
    cookie('elsewhere', '1', { path: '/docs' }),
    cookie('past', '1', { expires: 1_700_000_000 }),
  ];
  const { console } = await open(site, { checkpoint: { ...signedIn, cookies } });
  // The first answer shows the site's clock.
  await console.read();
  await console.read();
  expect(site.requests[1]?.headers.cookie).toBe('BXAuth=session-secret; XSRF-TOKEN=x%2Fsrf%3D1');
});

test("an import's headers are sent, except those that the connection or a newer cookie sets", async ({ site }) => {
  site.answer(ok(keyData()));
  const headers = {
    'User-Agent': 'Mozilla/5.0',
    'bx-v': '2.5.36',
    Host: 'evil',
    Cookie: 'BXAuth=old',
    'x-xsrf-token': 'old',
  };
  const { console } = await open(site, { checkpoint: { ...signedIn, savedBy: 'import', headers } });
  await console.read();
  expect(site.requests[0]?.headers).toMatchObject({
    'user-agent': 'Mozilla/5.0',
    'bx-v': '2.5.36',
    'x-xsrf-token': 'x/srf=1',
  });
  expect(site.requests[0]?.headers.host).not.toBe('evil');
  expect(site.requests[0]?.headers.cookie).toContain('session-secret');
});

test('nothing is sent without a login cookie', async ({ site }) => {
  const { console } = await open(site, { checkpoint: { ...signedIn, cookies: [] } });
  expect(await console.read()).toMatchObject({ ok: false, failure: { kind: 'signed-out' } });
  expect(site.requests).toEqual([]);
});

test('a rotation is written ahead before it is sent, and its key is saved before the cookies', async ({ site }) => {
  const order = hooks();
  site.answer((response, got) => {
    order.events.push(got.method);
    ok(keyData({ apiKey: newKey, expireTime: '2026-03-11 15:54' }), { 'set-cookie': 'a=1' })(response, got);
  });
  const { console } = await open(site, { saveCheckpoint: () => Promise.resolve(void order.events.push('save')) });
  expect(await console.rotate(hadKey, order)).toEqual({
    ok: true,
    value: { key: newKey, expiresAt: '2026-03-11T07:54:00.000Z' },
  });
  expect(order.events).toEqual(['beforePress', 'POST', `onKey ${newKey}`, 'save']);
});

test('the key survives a checkpoint that cannot be saved', async ({ site }) => {
  site.answer(ok(keyData({ apiKey: newKey }), { 'set-cookie': 'a=1' }));
  const { console } = await open(site, { saveCheckpoint: () => Promise.reject(new Error('no space')) });
  expect(await console.rotate(hadKey, hooks())).toMatchObject({ ok: true, value: { key: newKey } });
});

test('a dry run sends nothing', async ({ site }) => {
  const { console } = await open(site);
  expect(await console.dryRun({ hasKey: true })).toMatchObject({
    ok: true,
    value: { en: expect.stringContaining('POST') },
  });
  expect(site.requests).toEqual([]);
});

const html =
  (text: string, headers: Record<string, string> = {}, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(text);
const redirect = (location: string) => html('', { location }, 302);
const punish = {
  ret: ['FAIL_SYS_USER_VALIDATE', 'RGV587_ERROR::SM::哎哟喂,被挤爆啦,请稍后重试'],
  data: { url: '/_____tmd_____/punish?x5secdata=abc&x5step=1&action=captcha' },
};

/** How each answer ends for a read and a rotation. `sent` is `no` only when the console itself rejected the request. */
for (const [what, answer, kind, sent] of [
  ['40101 inside HTTP 200', no('40101', '用户未登录或登录已过期'), 'signed-out', 'no'],
  ['a message that asks to sign in', no('1001', '登录已过期，请重新登录'), 'signed-out', 'no'],
  ['401', json({}, {}, 401), 'signed-out', 'no'],
  ['403', html('Forbidden', {}, 403), 'signed-out', 'no'],
  ['a redirect to the sign-in page', redirect('/login?redirect=%2Fprofile'), 'signed-out', 'no'],
  ['a redirect to another host', redirect('https://account.example/start'), 'signed-out', 'no'],
  ['a redirect elsewhere', redirect('/v2/api/openapi/apikey'), 'drift', 'maybe'],
  [
    'a redirect to the punish page',
    redirect('/_____tmd_____/punish?x5secdata=abc&x5step=1&action=captcha'),
    'challenge',
    'no',
  ],
  ['the punish JSON', json(punish), 'challenge', 'no'],
  ['a demand for a code', no('FoundRiskAndDoubleConfirm', '当前操作存在风险'), 'challenge', 'no'],
  ['overload inside HTTP 200', no('500', '当前找我聊的人太多了，可以晚点再来问我哦。'), 'unreachable', 'refused'],
  ['500', json({ error: 'Internal Server Error' }, {}, 500), 'unreachable', 'maybe'],
  ['429', json({}, {}, 429), 'unreachable', 'no'],
  [
    'a blocked account',
    no('403', 'Access to the current AK has been blocked due to unauthorized requests'),
    'refused',
    'no',
  ],
  ['a closing notice', no('404', '心流开放平台已停止服务，API 服务与模型库已同步关停'), 'gone', 'no'],
  ['410', html('', {}, 410), 'gone', 'no'],
  ['404', json({ error: 'Not Found' }, {}, 404), 'drift', 'no'],
  ['an HTML page', html('<!doctype html><title>心流</title><div id="root"></div>'), 'drift', 'maybe'],
  ['an empty body', html(''), 'drift', 'maybe'],
  ['other field names', ok({ secret: newKey, secretPreview: mask }), 'drift', 'maybe'],
  ['an envelope without its sign', json({ data: keyData() }), 'drift', 'maybe'],
  ['an answer that says no for a reason of its own', no('7', '操作失败'), 'drift', 'refused'],
  ['a name that is taken', json({ message: 'name must be unique' }, {}, 409), 'drift', 'refused'],
  ['a request that came too late', json({}, {}, 408), 'drift', 'maybe'],
] as const) {
  test(`${what} ends as ${kind}`, async ({ site }) => {
    site.answer(answer);
    const { console } = await open(site);
    const order = hooks();
    expect(await console.read()).toMatchObject({ ok: false, failure: { kind } });
    const reads = site.requests.length;
    expect(await console.rotate(hadKey, order)).toMatchObject({ ok: false, sent, failure: { kind } });
    expect(order.events).toEqual(['beforePress']);
    expect(site.requests.slice(reads).map(({ method }) => method)).toEqual(['POST']);
  });
}

test('a failure contains no secret and no telephone number', async ({ site }) => {
  site.answer(no('7', `用户 15112341234 的密钥 ${oldKey} BXAuth=session-secret 无效`));
  const { console } = await open(site);
  const text = JSON.stringify(await console.read());
  expect(text).toContain('无效');
  for (const secret of ['15112341234', oldKey, 'session-secret']) expect(text).not.toContain(secret);
});

test('a read is retried after 429, overload and a cut connection', async ({ site }) => {
  site.answer(
    json({}, { 'retry-after': '0' }, 429),
    no('500', '人太多了'),
    (response) => void response.destroy(),
    ok(keyData()),
  );
  const { console } = await open(site);
  expect(await console.read()).toMatchObject({ ok: true });
  expect(site.requests).toHaveLength(4);
});

test('a read is retried a limited number of times', async ({ site }) => {
  site.answer(json({}, {}, 503));
  const { console } = await open(site);
  expect(await console.read()).toMatchObject({ ok: false, failure: { kind: 'unreachable' } });
  expect(site.requests).toHaveLength(4);
});

test('a Retry-After that is too long ends the read and is passed on', async ({ site }) => {
  site.answer(json({}, { 'retry-after': '900' }, 429));
  const { console } = await open(site);
  expect(await console.read()).toMatchObject({ ok: false, failure: { kind: 'unreachable', retryAfterMs: 900_000 } });
  expect(site.requests).toHaveLength(1);
});

test('a rotation whose answer is cut off may have happened and is not retried', async ({ site }) => {
  site.answer((response) => void response.destroy());
  const { console } = await open(site);
  expect(await console.rotate(hadKey, hooks())).toMatchObject({
    ok: false,
    sent: 'maybe',
    failure: { kind: 'unreachable' },
  });
  expect(site.requests).toHaveLength(1);
});

test('an incomplete answer counts as no answer', async ({ site }) => {
  site.answer((response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
    response.write('{"success":true', () => response.destroy());
  });
  const { console } = await open(site);
  expect(await console.rotate(hadKey, hooks())).toMatchObject({
    ok: false,
    sent: 'maybe',
    failure: { kind: 'unreachable' },
  });
});

test('a rotation that returns only a mask may have happened', async ({ site }) => {
  site.answer(ok(keyData({ apiKeyMask: 'sk-b2****b2b2' })));
  const { console } = await open(site);
  const order = hooks();
  expect(await console.rotate(hadKey, order)).toMatchObject({
    ok: false,
    sent: 'maybe',
    failure: { kind: 'not-seen' },
  });
  expect(order.events).toEqual(['beforePress']);
});

for (const status of [200, 201, 202]) {
  test(`a new key in an answer with HTTP ${status} counts`, async ({ site }) => {
    site.answer(json({ success: true, code: '200', data: keyData({ apiKey: newKey }) }, {}, status));
    const { console } = await open(site);
    expect(await console.rotate(hadKey, hooks())).toMatchObject({ ok: true, value: { key: newKey } });
  });
}

test('a key that does not fit the pattern is described only by its length', async ({ site }) => {
  const odd = `n8n_api_${'7'.repeat(36)}`;
  site.answer(ok({ apiKey: odd }));
  const { console } = await open(site);
  const result = await console.rotate(hadKey, hooks());
  expect(result).toMatchObject({
    ok: false,
    sent: 'maybe',
    failure: { detail: { en: expect.stringContaining('44 characters') } },
  });
  expect(JSON.stringify(result)).not.toContain(odd);
});

test('nothing is sent to a server that does not listen', async () => {
  const gone = createTcpServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const { console } = await open({ url: `http://127.0.0.1:${port}` });
  expect(await console.rotate(hadKey, hooks())).toMatchObject({
    ok: false,
    sent: 'no',
    failure: { kind: 'unreachable' },
  });
});

test('a request that is not answered within the deadline may have been received', async ({ site }) => {
  site.answer(() => undefined);
  const profile = resolveProfile(await loadSiteProfile('iflow'), { baseUrl: site.url });
  const hasty = { ...profile, http: profile.http && { ...profile.http, timeoutMs: 200 } };
  const { console } = await open(site, { profile: hasty });
  expect(await console.rotate(hadKey, hooks())).toMatchObject({
    ok: false,
    sent: 'maybe',
    failure: { kind: 'unreachable' },
  });
});

test('an aborted run rejects with the reason', async ({ site }) => {
  const controller = new AbortController();
  site.answer(() => controller.abort(new Error('Ctrl-C')));
  const { console } = await open(site, { signal: controller.signal });
  await expect(console.read()).rejects.toThrow('Ctrl-C');
});

test('an aborted run waits a moment for the answer to its press, and no longer', async ({ site }) => {
  const controller = new AbortController();
  const answered = ok(keyData({ apiKey: newKey }));
  site.answer((response, got) => {
    controller.abort(new Error('Ctrl-C'));
    setTimeout(() => answered(response, got), 200);
  });
  const { console } = await open(site, { signal: controller.signal });
  const { events, ...order } = hooks();
  expect(await console.rotate(hadKey, order)).toMatchObject({ ok: true, value: { key: newKey } });
  expect(events).toEqual(['beforePress', `onKey ${newKey}`]);

  site.answer(() => undefined);
  await expect(console.rotate(hadKey, order)).rejects.toThrow('Ctrl-C');
});

test('an answer shows a clock skew of minutes, and none of seconds', async ({ site }) => {
  const at = (ms: number) => ({ date: new Date(Date.now() + ms).toUTCString() });
  site.answer(ok(keyData(), at(-3_600_000)));
  const { console } = await open(site);
  await console.read();
  expect(Math.round((console.clockSkewMs() ?? 0) / 60_000)).toBe(60);
  site.answer(ok(keyData(), at(30_000)));
  await console.read();
  expect(console.clockSkewMs()).toBe(0);
});

test('requests go through the proxy with its credentials', async ({ site, closing }) => {
  site.answer(ok(keyData()));
  const seen: (string | undefined)[] = [];
  const proxy = createServer((request, response) => {
    seen.push(request.url, request.headers['proxy-authorization']);
    const target = new URL(request.url ?? '');
    const onward = connect(Number(target.port), target.hostname, () => {
      const lines = Object.entries({ ...request.headers, host: target.host, connection: 'close' });
      onward.write(
        `GET ${target.pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${String(value)}\r\n`).join('')}\r\n`,
      );
    });
    response.socket?.on('error', () => undefined);
    onward.pipe(response.socket!);
  });
  closing.push(proxy);
  const proxyUrl = await listen(proxy);
  const { console } = await open(site, { network: { proxy: proxyUrl.replace('http://', 'http://me:pass@'), env: {} } });
  expect(await console.read()).toMatchObject({ ok: true });
  expect(seen).toEqual([`${site.url}/api/openapi/apikey`, `Basic ${Buffer.from('me:pass').toString('base64')}`]);
});

test('nothing is sent when the proxy refuses, and its password is not shown', async ({ site, closing }) => {
  const proxy = createServer((_request, response) => void response.writeHead(407).end());
  closing.push(proxy);
  const proxyUrl = await listen(proxy);
  const { console } = await open(site, {
    network: { proxy: proxyUrl.replace('http://', 'http://me:hunter2@'), env: {} },
  });
  const result = await console.rotate(hadKey, hooks());
  expect(result).toMatchObject({ ok: false, sent: 'no', failure: { kind: 'misconfigured' } });
  expect(JSON.stringify(result)).not.toContain('hunter2');
  expect(site.requests).toEqual([]);
});

test('an unknown kind of proxy is a settings error', async ({ site }) => {
  const { console } = await open(site, { network: { proxy: 'quic://127.0.0.1:1', env: {} } });
  await expect(console.read()).rejects.toMatchObject({ code: 'KT101', exitCode: 2 });
});
