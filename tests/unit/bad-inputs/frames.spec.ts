import fc from 'fast-check';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { createFeishuChannel } from '../../../src/feishu/feishu-channel.js';
import { createFeishuClient } from '../../../src/feishu/feishu-client.js';
import { encodeFrame } from '../../simulator/feishu-frames.js';
import { malformedJson, overInputs, plantedText } from '../../support/malformed.js';
import { expect, memoryLog, question, quick, test } from '../feishu/world.js';

const receiver = 'ou_0123456789abcdef';
const press = (value: unknown) => ({
  schema: '2.0',
  header: {
    event_id: `e-${Math.random()}`,
    event_type: 'card.action.trigger',
    token: '',
    app_id: 'cli_a1b2c3d4e5f60718',
  },
  event: { operator: { open_id: receiver }, action: { value, tag: 'button' }, context: { open_message_id: 'om_1' } },
});
const reply = {
  schema: '2.0',
  header: { event_id: 'e', event_type: 'im.message.receive_v1' },
  event: {
    sender: { sender_id: { open_id: receiver }, sender_type: 'user' },
    message: { message_id: 'om_2', parent_id: 'om_1', chat_id: 'oc_1', chat_type: 'p2p', message_type: 'text', content: '{"text":"hm"}', create_time: '1' },
  },
}; // prettier-ignore

const eventFrame = (payload: Buffer, type = 'event') =>
  encodeFrame({
    seqId: 1n,
    logId: 1n,
    service: 1,
    method: 1,
    headers: [['type', type], ['message_id', `m-${Math.random()}`], ['sum', '1'], ['seq', '0'], ['trace_id', 't']],
    payload,
  }); // prettier-ignore

const oddPart = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom('sum', 'seq', 'type', '-1', '1e9', '4294967295', ''),
);
/** Random bytes, a frame that is cut off, a frame with odd headers, or a whole frame around a damaged event. */
const frames = fc.oneof(
  fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)),
  malformedJson(press({ keyturn: 1, action: 'ready', question: 'q', nonce: 'n' })).map((bytes) => eventFrame(bytes)),
  malformedJson(reply).map((bytes) => eventFrame(bytes)),
  fc.tuple(malformedJson(reply), fc.nat(80)).map(([bytes, end]) => eventFrame(bytes).subarray(0, end)),
  fc
    .tuple(fc.array(fc.tuple(oddPart, oddPart), { maxLength: 6 }), fc.integer({ min: -1, max: 3 }), fc.string())
    .map(([headers, method, payload]) =>
      encodeFrame({ seqId: -1n, logId: 2n ** 63n, service: -1, method, headers, payload: Buffer.from(payload) }),
    ),
  fc.string().map((text) => eventFrame(Buffer.from(text), 'card')),
);

test('whatever arrives on the long connection, the right press is still accepted', async () => {
  let socket: WebSocket | undefined;
  let url = '';
  const server = createServer((request, response) => {
    request.resume();
    const data = { URL: `${url.replace('http', 'ws')}/ws?device_id=1&service_id=1`, ClientConfig: { ReconnectCount: -1, ReconnectInterval: 1, ReconnectNonce: 0, PingInterval: 1 } }; // prettier-ignore
    response.setHeader('content-type', 'application/json');
    if (request.url?.includes('/auth/'))
      response.end(JSON.stringify({ code: 0, tenant_access_token: 't', expire: 7200 }));
    else if (request.url?.includes('/callback/')) response.end(JSON.stringify({ code: 0, data }));
    else
      response.end(
        JSON.stringify({ code: 0, data: { message_id: 'om_1', chat_id: 'oc_1', create_time: String(Date.now()) } }),
      );
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (connected) => {
    connected.on('error', () => undefined);
    socket = connected;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const log = memoryLog();
  const settings = { appId: 'cli_a1b2c3d4e5f60718', appSecret: plantedText, receiver, domain: url };
  const client = createFeishuClient({ settings, log, env: {}, timeoutMs: 2000, retries: 0 });
  const channel = createFeishuChannel({ client, log, connection: quick });
  const asking = new AbortController();
  const open = question();
  const answers: unknown[] = [];
  try {
    await channel.ask(open, {
      signal: asking.signal,
      onAnswer: (decision) => {
        answers.push(decision);
        return { accepted: true };
      },
    });
    await expect.poll(() => socket?.readyState).toBe(1);
    await overInputs('frames of the long connection', 120, frames, async (bytes) => {
      await expect.poll(() => socket?.readyState).toBe(1);
      socket?.send(bytes);
      return Promise.resolve('taken');
    });
    expect(answers).toEqual([]);
    const right = { keyturn: 1, action: 'ready', question: open.id, nonce: open.nonce };
    await expect
      .poll(() => {
        if (answers.length === 0) socket?.send(eventFrame(Buffer.from(JSON.stringify(press(right)))));
        return answers.length;
      })
      .toBeGreaterThan(0);
    expect(log.lines.join('\n')).not.toContain(plantedText);
  } finally {
    asking.abort(new Error('over'));
    await channel.close();
    client.close();
    sockets.close();
    for (const each of sockets.clients) each.terminate();
    server.closeAllConnections();
    server.close();
  }
});
