import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { createFeishuChannel } from '../../../src/feishu/feishu-channel.js';
import { createFeishuClient } from '../../../src/feishu/feishu-client.js';
import { feishuBaseUrl } from '../../../src/feishu/feishu-settings.js';
import { proxyFor } from '../../../src/feishu/feishu-agents.js';
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

const feishu = 'https://open.feishu.cn';
for (const [name, url, env, proxy] of [
  ['none', feishu, {}, undefined],
  ['from the environment', feishu, { https_proxy: 'http://b:2' }, 'http://b:2'],
  ['without a scheme', feishu, { HTTPS_PROXY: 'b:2' }, 'http://b:2'],
  ['for all', feishu, { ALL_PROXY: 'socks5://b:2' }, 'socks5://b:2'],
  ['not for a host in NO_PROXY', feishu, { HTTPS_PROXY: 'http://b:2', NO_PROXY: 'x, .feishu.cn' }, undefined],
  ['for a host with a similar ending', feishu, { HTTPS_PROXY: 'b:2', NO_PROXY: 'eishu.cn' }, 'http://b:2'],
  ['for no host', feishu, { HTTPS_PROXY: 'http://b:2', NO_PROXY: '*' }, undefined],
  ['not for this machine', 'http://127.0.0.1:8', { HTTP_PROXY: 'http://b:2' }, undefined],
] as const) {
  test(`the proxy: ${name}`, () => expect(proxyFor(url, env)).toBe(proxy));
}

for (const [domain, url] of [
  [undefined, 'https://open.feishu.cn'],
  ['lark', 'https://open.larksuite.com'],
  ['http://127.0.0.1:1//', 'http://127.0.0.1:1'],
] as const) {
  test(`the domain ${domain} is ${url}`, () => expect(feishuBaseUrl({ domain })).toBe(url));
}
