import { randomUUID } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import websocket from '@fastify/websocket';
import fastify from 'fastify';

import { registerFeishuApi } from './feishu-api.js';
import { buttonsOf, cardLines } from './feishu-card.js';
import { FeishuChat, newMessageId } from './feishu-chat.js';
import { LongConnections, type WireEvent } from './feishu-socket.js';
import type {
  Delivery,
  FeishuSimulator,
  FeishuSimulatorOptions,
  FeishuWeather,
  PressOptions,
  SayOptions,
  SimulatedMessage,
} from './feishu-types.js';

export type * from './feishu-types.js';

const serviceId = 33_554_678;
const answerMs = 3000;

/** Starts the server on 127.0.0.1. Resolves when it is ready. */
export async function startFeishu(options: FeishuSimulatorOptions = {}): Promise<FeishuSimulator> {
  const now = options.now ?? (() => options.clock?.now() ?? Date.now());
  const appId = options.appId ?? 'cli_0123456789abcdef';
  const appSecret = options.appSecret ?? 'SimulatedAppSecret0123456789abcd';
  const ownerOpenId = options.ownerOpenId ?? 'ou_0a1b2c3d4e5f60718293a4b5c6d7e8f9';
  const weather: FeishuWeather = {
    tokenRefused: false,
    tokenLifetimeS: 7200,
    next: { token: [], send: [], patch: [], upload: [], endpoint: [], list: [], about: [] },
    always: {},
    endpoint: 'ok',
    upgrade: 'ok',
    scopes: ['im:message', 'im:resource', 'im:message.p2p_msg:readonly', 'im:message:readonly'],
    bot: 'on',
    silentSockets: false,
    stolenEvents: 0,
    deliveries: 1,
    fragments: 1,
    latencyMs: 0,
  };
  const clientConfig = {
    ReconnectCount: -1,
    ReconnectInterval: 120,
    ReconnectNonce: 30,
    PingInterval: options.pingIntervalS ?? 120,
  };
  const chat = new FeishuChat(now, ownerOpenId);
  const connections = new LongConnections(weather, clientConfig, serviceId);
  const tokens = new Map<string, number>();
  const requests: string[] = [];

  const app = fastify({ forceCloseConnections: true, bodyLimit: 1024 * 1024 });
  await app.register(websocket);
  registerFeishuApi(app, {
    appId,
    appSecret,
    chat,
    weather,
    tokens,
    requests,
    now,
    clientConfig,
    // service_id must not be the first key, because the SDK parses the whole URL as a query.
    socketUrl: () =>
      `${url.replace('http', 'ws')}/ws/v2?fpid=493&aid=552564&device_id=7&access_key=${randomUUID()}` +
      `&service_id=${serviceId}&ticket=${randomUUID()}`,
  });
  app.get(
    '/ws/v2',
    {
      websocket: true,
      onRequest: (_request, reply, done) => {
        if (weather.upgrade === 'ok') done();
        else if (weather.upgrade === 'refuse') void reply.code(403).header('Handshake-Status', '403').send();
      },
    },
    (socket) => connections.add(socket),
  );
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  const event = (type: string, eventId: string, micro: boolean, body: object): WireEvent => ({
    eventId,
    payload: {
      schema: '2.0',
      header: {
        event_id: eventId,
        token: 'simulatedVerification',
        create_time: micro ? `${now()}000` : String(now()),
        event_type: type,
        tenant_key: 'simulator',
        app_id: appId,
      },
      event: body,
    },
  });

  const press = async (messageId: string, button: string, how: PressOptions = {}): Promise<Delivery> => {
    const message = chat.get(messageId);
    const buttons = buttonsOf(message.content);
    const found = buttons.find((one) => one.label === button || one.value?.['action'] === button);
    if (!found && !how.value) {
      throw new Error(
        `The card has no button "${button}", only: ${buttons.map((one) => one.label).join(', ') || 'none'}`,
      );
    }
    const value = how.value ?? found?.value;
    if (!value) throw new Error(`The button "${button}" sends nothing to the app`);
    const openId = how.openId ?? ownerOpenId;
    const sent = await connections.deliver(
      event('card.action.trigger', how.eventId ?? randomUUID(), true, {
        operator: { tenant_key: 'simulator', open_id: openId, union_id: openId.replace('ou_', 'on_') },
        token: `c-${randomUUID().replaceAll('-', '')}`,
        action: { tag: 'button', value, name: found?.name, form_value: how.formValue, timezone: 'Asia/Shanghai' },
        host: 'im_message',
        context: { open_message_id: how.contextMessageId ?? messageId, open_chat_id: message.chatId },
      }),
      how.waitMs ?? answerMs,
    );
    const personSees = sent.card ? chat.applyAnswer(message, sent.card) : undefined;
    return personSees === undefined ? sent : { ...sent, personSees };
  };

  const say = (text: string, how: SayOptions = {}): Promise<Delivery> => {
    const openId = how.openId ?? ownerOpenId;
    const known = how.messageId === undefined ? undefined : chat.messages.get(how.messageId);
    const message = known ?? chat.receive(openId, text, { ...how, messageId: how.messageId ?? newMessageId() });
    const time = String(Math.floor(message.createdAt));
    return connections.deliver(
      event('im.message.receive_v1', how.eventId ?? randomUUID(), false, {
        sender: {
          sender_id: { union_id: openId.replace('ou_', 'on_'), user_id: null, open_id: openId },
          sender_type: how.senderType ?? 'user',
          tenant_key: 'simulator',
        },
        message: {
          message_id: message.messageId,
          ...(how.parentId ? { root_id: how.parentId, parent_id: how.parentId } : {}),
          create_time: time,
          update_time: time,
          chat_id: message.chatId,
          chat_type: how.chatType ?? 'p2p',
          message_type: 'text',
          content: JSON.stringify({ text }),
        },
      }),
      how.waitMs ?? answerMs,
    );
  };

  const messages = () => [...chat.messages.values()].filter((message) => message.from === 'app');
  return {
    url,
    appId,
    appSecret,
    ownerOpenId,
    weather,
    connections: () => connections.live,
    connectionsMade: () => connections.made,
    messages,
    image: (key) => chat.images.get(key),
    requests: () => requests,
    waitForMessage: async (matches, timeoutMs = 10_000) => {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const found = messages().find(matches);
        if (found) return found;
        if (Date.now() >= deadline) {
          throw new Error(
            `No such message within ${timeoutMs} ms; there are: ${messages().map(textOf).join(' | ') || 'none'}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    cardText: textOf,
    press,
    say,
    redeliver: () => connections.redeliver(answerMs),
    forgetTokens: () => tokens.clear(),
    dropConnections: () => connections.drop(),
    close: async () => {
      connections.drop();
      for (const socket of sockets) socket.destroy();
      await app.close();
    },
  };
}

function textOf(message: SimulatedMessage): string {
  if (message.msgType === 'interactive') return cardLines(message.content).join('\n');
  if (typeof message.content['text'] === 'string') return message.content['text'];
  return `(picture ${message.imageKeys.join(', ')})`;
}
