import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { createFeishuChannel } from '../../../src/feishu/feishu-channel.js';
import { createFeishuClient } from '../../../src/feishu/feishu-client.js';
import { feishuBaseUrl } from '../../../src/feishu/feishu-settings.js';
import { caFile, farHost, startHttpProxy, startTls } from '../../support/networks.js';
import { expect, question, quick, test } from './world.js';

/** Names this machine, which is never reached through a proxy. Only the proxy knows the name. */
const remote = 'feishu.test';

/** A forwarding proxy that counts requests and connections. */
async function startProxy(): Promise<{ url: string; passed: string[]; server: Server }> {
  const passed: string[] = [];
  const server = createServer((incoming, outgoing) => {
    passed.push(`${incoming.method} ${new URL(incoming.url ?? '').pathname}`);
    const { method, headers } = incoming;
    incoming.pipe(
      request((incoming.url ?? '').replace(remote, '127.0.0.1'), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  server.on('connect', (incoming, socket) => {
    passed.push('CONNECT');
    const { hostname, port } = new URL(`http://${incoming.url}`);
    const target = connect(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    target.pipe(socket).pipe(target);
    for (const end of [target, socket]) end.on('error', () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, passed, server };
}

test('requests and the long connection both go through the proxy', async ({ feishu, settings, log }) => {
  const proxy = await startProxy();
  const client = createFeishuClient({
    settings: { ...settings, domain: feishu.url.replace('127.0.0.1', remote) },
    log,
    env: { http_proxy: proxy.url },
  });
  const channel = createFeishuChannel({ client, log, connection: quick });
  const answers: string[] = [];
  const asked = await channel.ask(question(), {
    onAnswer: (decision) => ({ accepted: answers.push(decision.kind) > 0 }),
    signal: new AbortController().signal,
  });
  await feishu.press(asked.message!.messageId, 'ready');
  expect(answers).toEqual(['ready']);
  expect(proxy.passed).toContain('POST /open-apis/im/v1/messages');
  expect(proxy.passed).toContain('POST /callback/ws/endpoint');
  expect(proxy.passed).toContain('CONNECT');
  await channel.close();
  client.close();
  proxy.server.closeAllConnections();
  proxy.server.close();
});

for (const way of ['direct', 'proxied'] as const) {
  test(`a private certificate authority is trusted, ${way}`, async ({ feishu, settings, log }) => {
    const server = await startTls({ port: Number(new URL(feishu.url).port) });
    const proxy = await startHttpProxy();
    const domain = `https://${way === 'direct' ? 'localhost' : farHost}:${server.port}`;
    const https_proxy = `http://127.0.0.1:${proxy.port}`;
    const env = { SSL_CERT_FILE: caFile, https_proxy };
    const client = createFeishuClient({ settings: { ...settings, domain }, log, env, retries: 0 });
    await client.signIn();
    await client.sendText('over TLS');
    expect(proxy.passed.length > 0).toBe(way === 'proxied');
    const distrusting = createFeishuClient({ settings: { ...settings, domain }, log, env: { https_proxy } });
    await expect(distrusting.sendText('no')).rejects.toMatchObject({ code: 'KT503', isRetryable: false });
    for (const each of [client, distrusting, server, proxy]) each.close();
  });
}

test('the app secret goes to a public address by plain http only where that is wanted', async ({ settings, log }) => {
  const domain = 'http://feishu.example.com';
  const env = { http_proxy: 'http://127.0.0.1:9' };
  const open = (allowHttp: boolean) =>
    createFeishuClient({ settings: { ...settings, domain, allowHttp }, log, env, retries: 0 });
  await expect(open(false).signIn()).rejects.toMatchObject({ code: 'KT501', message: /feishu\.allowHttp/ });
  await expect(open(true).signIn()).rejects.toMatchObject({ code: 'KT503' });
});

for (const [domain, url] of [
  [undefined, 'https://open.feishu.cn'],
  ['lark', 'https://open.larksuite.com'],
  ['http://127.0.0.1:1//', 'http://127.0.0.1:1'],
] as const) {
  test(`the domain ${domain} is ${url}`, () => expect(feishuBaseUrl({ domain })).toBe(url));
}
