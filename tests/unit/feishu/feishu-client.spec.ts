import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../../../src/lib/app-error.js';
import { testCard } from '../../../src/feishu/cards.js';
import { createFeishuClient } from '../../../src/feishu/feishu-client.js';
import { appSecret, expect, test } from './world.js';

const card = testCard('waiting', { keyturn: 1, action: 'test', question: 'q', nonce: 'planted-nonce' });

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => 'it did not fail',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

test('ten concurrent calls fetch one token', async ({ feishu, client }) => {
  await Promise.all(Array.from({ length: 10 }, () => client.sendText('hello')));
  expect(feishu.messages()).toHaveLength(10);
  expect(feishu.requests().filter((line) => line.includes('tenant_access_token'))).toHaveLength(1);
});

test('a token that was reset is fetched again once', async ({ feishu, client }) => {
  await client.sendText('one');
  feishu.forgetTokens();
  await client.sendText('two');
  expect(feishu.messages()).toHaveLength(2);
  expect(feishu.requests().filter((line) => line.includes('tenant_access_token'))).toHaveLength(2);
});

test('a wrong secret fails at once, as a settings error', async ({ feishu, client }) => {
  feishu.weather.tokenRefused = true;
  const error = await failure(client.signIn());
  expect(error).toMatchObject({ code: 'KT502', exitCode: 2 });
  expect(error.message).toContain('10014');
  expect(feishu.requests()).toHaveLength(1);
});

for (const status of [429, 500, 503]) {
  test(`a request is retried after ${status}, and the message arrives once`, async ({ feishu, client }) => {
    feishu.weather.next.send.push({ status, code: 99991400, msg: 'request trigger frequency limit' });
    await client.sendText('once');
    expect(feishu.messages()).toHaveLength(1);
  });
}

test('a lasting overload fails after three attempts', async ({ feishu, client }) => {
  feishu.weather.always.send = { status: 503, html: '<h1>busy</h1>' };
  expect(await failure(client.sendText('x'))).toMatchObject({ code: 'KT503', next: 'try-later' });
  expect(feishu.requests().filter((line) => line.endsWith('/messages'))).toHaveLength(3);
});

test('a refusal inside HTTP 200 fails with advice and log id, and is not retried', async ({ feishu, client }) => {
  feishu.weather.always.send = { status: 200, code: 230013, msg: 'Bot has NO availability to this user.' };
  const error = await failure(client.sendCard(card));
  expect(error.code).toBe('KT505');
  expect(error.message).toMatch(/230013.*availability range/s);
  expect(feishu.requests()).toHaveLength(2);
});

test('an open_id of another app gets its own advice', async ({ settings, log }) => {
  const client = createFeishuClient({ settings: { ...settings, receiver: 'ou_of_another_app' }, log, env: {} });
  expect((await failure(client.sendText('x'))).message).toContain('open_id of another app');
  client.close();
});

for (const kind of ['token', 'send'] as const) {
  test(`HTML in place of the response to ${kind} is reported as not from Feishu`, async ({ feishu, client }) => {
    feishu.weather.always[kind] = { html: '<html>Sign in to the hotel WLAN</html>' };
    expect(await failure(client.sendText('x'))).toMatchObject({ code: 'KT506' });
  });
}

test('a request without a response ends at its timeout', async ({ feishu, settings, log }) => {
  feishu.weather.always.send = { hang: true };
  const client = createFeishuClient({ settings, log, env: {}, timeoutMs: 200, retries: 0 });
  expect(await failure(client.sendText('x'))).toMatchObject({ code: 'KT503' });
  client.close();
});

for (const [what, answer, problem] of [
  [
    'sends a byte now and then',
    (send: (text: string) => void) => setInterval(() => send(' '), 50),
    /no answer in time/,
  ],
  ['sends without end', (send: (text: string) => void) => setInterval(() => send('x'.repeat(500_000)), 5), /Feishu/],
  ['redirects', undefined, /Feishu/],
] as const) {
  test(`a server that ${what} ends the request`, async ({ settings, log }) => {
    const timers: NodeJS.Timeout[] = [];
    const visited: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      visited.push(request.url);
      if (!answer) return response.writeHead(307, { location: '/elsewhere' }).end();
      response.writeHead(200, { 'content-type': 'application/json' });
      timers.push(answer((text) => void response.write(text)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const domain = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const client = createFeishuClient({ settings: { ...settings, domain }, log, env: {}, timeoutMs: 600, retries: 0 });
    const startedAt = performance.now();
    const error = await failure(client.sendText('hello'));
    expect(error.message).toMatch(problem);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(visited).not.toContain('/elsewhere');
    client.close();
    timers.forEach(clearInterval);
    server.closeAllConnections();
    server.close();
  });
}

test('closing ends a request that hangs', async ({ feishu, settings, log }) => {
  feishu.weather.always.send = { hang: true };
  const client = createFeishuClient({ settings, log, env: {}, timeoutMs: 60_000 });
  const sending = failure(client.sendText('x'));
  await expect.poll(() => feishu.requests().length).toBe(2);
  client.close();
  expect(await sending).toMatchObject({ code: 'KT503' });
});

test('an unreachable server is named', async ({ settings, log }) => {
  const client = createFeishuClient({
    settings: { ...settings, domain: 'http://127.0.0.1:9' },
    log,
    env: {},
    retries: 0,
  });
  const error = await failure(client.sendText('x'));
  expect(error).toMatchObject({ code: 'KT503' });
  expect(error.message).toContain('the connection was refused');
  client.close();
});

test('secret, token and message never reach a log or an error', async ({ feishu, client, log }) => {
  const seen: unknown[] = [];
  for (const forced of [
    { status: 400, code: 230099, msg: `bad ${appSecret}` },
    { status: 500 },
    { html: '<p>' },
    { code: 1 },
  ]) {
    feishu.weather.always.send = forced;
    seen.push(await failure(client.sendCard(card)));
    feishu.weather.always.token = forced;
    feishu.forgetTokens();
    seen.push(await failure(client.sendCard(card)));
    delete feishu.weather.always.send;
    delete feishu.weather.always.token;
  }
  const text =
    log.lines.join('\n') + seen.map((error) => JSON.stringify(error) + String((error as Error).stack)).join('\n');
  expect(text).toContain('230099');
  expect(text).not.toContain(appSecret);
  expect(text).not.toMatch(/t-g1[0-9a-f]{8}/);
  expect(text).not.toContain('planted-nonce');
});
