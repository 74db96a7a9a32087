import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { Refusal, type FeishuChat } from './feishu-chat.js';
import type { FeishuWeather, ForcedAnswer, SimulatedMessage } from './feishu-types.js';

type Kind = keyof FeishuWeather['next'];

export interface ApiState {
  readonly appId: string;
  readonly appSecret: string;
  readonly chat: FeishuChat;
  readonly weather: FeishuWeather;
  /** Maps each token to the time it expires, in epoch milliseconds. */
  readonly tokens: Map<string, number>;
  readonly requests: string[];
  readonly now: () => number;
  /** The URL of the long connection. The endpoint returns it together with `clientConfig`. */
  readonly socketUrl: () => string;
  readonly clientConfig: Record<string, number>;
}

/** Registers the HTTP API: tokens, messages, pictures, and the endpoint that returns the long connection's URL. */
export function registerFeishuApi(app: FastifyInstance, state: ApiState): void {
  const { chat, weather } = state;
  app.addContentTypeParser(
    /^multipart\/form-data/,
    { parseAs: 'buffer', bodyLimit: 12 * 1024 * 1024 },
    (_request, body, done) => done(null, body),
  );
  app.addHook('onRequest', async (request) => {
    state.requests.push(`${request.method} ${request.url.split('?')[0]}`);
    if (weather.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, weather.latencyMs));
  });

  const route = (kind: Kind, work: (request: FastifyRequest) => object) => {
    return (request: FastifyRequest, reply: FastifyReply) => {
      const forced = weather.next[kind].shift() ?? weather.always[kind];
      if (forced) return force(reply, forced);
      try {
        return reply.send(work(request));
      } catch (error) {
        if (error instanceof Refusal) return refuse(reply, error);
        throw error;
      }
    };
  };
  const authed = (kind: Kind, work: (request: FastifyRequest) => object) =>
    route(kind, (request) => {
      checkToken(state, request.headers.authorization);
      return { code: 0, msg: 'success', data: work(request) };
    });

  app.post(
    '/open-apis/auth/v3/tenant_access_token/internal',
    route('token', (request) => {
      const { app_id, app_secret } = request.body as { app_id?: string; app_secret?: string };
      if (app_id !== state.appId) return { code: 10003, msg: 'invalid param' };
      if (app_secret !== state.appSecret || weather.tokenRefused) return { code: 10014, msg: 'app secret invalid' };
      const token = `t-g1${randomBytes(18).toString('hex')}`;
      state.tokens.set(token, Date.now() + weather.tokenLifetimeS * 1000);
      return { code: 0, msg: 'ok', tenant_access_token: token, expire: weather.tokenLifetimeS };
    }),
  );

  app.post(
    '/open-apis/im/v1/messages',
    authed('send', (request) => {
      const { receive_id_type } = request.query as { receive_id_type?: string };
      const body = request.body as { receive_id?: string; msg_type?: string; content?: string; uuid?: string };
      if (receive_id_type !== 'open_id') throw new Refusal(400, 230001, 'only open_id is simulated');
      const message = chat.send(body.receive_id ?? '', body.msg_type ?? '', body.content ?? '', { uuid: body.uuid });
      return messageBody(state, message);
    }),
  );
  app.post(
    '/open-apis/im/v1/messages/:id/reply',
    authed('send', (request) => {
      const { id } = request.params as { id: string };
      const body = request.body as { msg_type?: string; content?: string; uuid?: string };
      const parent = chat.get(id);
      const options = { parentId: id, uuid: body.uuid };
      return messageBody(state, chat.send(parent.receiverOpenId, body.msg_type ?? '', body.content ?? '', options));
    }),
  );
  app.patch(
    '/open-apis/im/v1/messages/:id',
    authed('patch', (request) => {
      chat.patch((request.params as { id: string }).id, (request.body as { content?: string }).content ?? '');
      return {};
    }),
  );
  app.get(
    '/open-apis/im/v1/messages/:id',
    authed('send', (request) => ({ items: [messageBody(state, chat.get((request.params as { id: string }).id))] })),
  );
  app.get(
    '/open-apis/im/v1/messages',
    authed('list', (request) => {
      const query = request.query as {
        container_id_type?: string;
        container_id?: string;
        start_time?: string;
        sort_type?: string;
      };
      if (query.container_id_type !== 'chat') throw new Refusal(400, 230001, 'container_id_type must be chat');
      const items = [...chat.messages.values()]
        .filter((message) => message.chatId === query.container_id)
        .filter((message) => message.createdAt >= Number(query.start_time ?? 0) * 1000)
        .map((message) => messageBody(state, message));
      return { has_more: false, items: query.sort_type === 'ByCreateTimeDesc' ? items.reverse() : items };
    }),
  );
  app.post(
    '/open-apis/im/v1/images',
    authed('upload', (request) => ({ image_key: chat.addImage(imagePart(request)) })),
  );
  app.get(
    '/open-apis/application/v6/scopes',
    authed('about', () => ({
      scopes: weather.scopes.map((name) => ({ scope_name: name, grant_status: 1, scope_type: 'tenant' })),
    })),
  );
  app.get(
    '/open-apis/bot/v3/info',
    route('about', (request) => {
      checkToken(state, request.headers.authorization);
      if (weather.bot === 'off') throw new Refusal(400, 11205, 'app do not have bot');
      // Unlike in all other answers, `bot` is not inside `data`.
      return { code: 0, msg: 'ok', bot: { activate_status: weather.bot === 'on' ? 2 : 1, app_name: 'keyturn' } };
    }),
  );
  app.post(
    '/callback/ws/endpoint',
    route('endpoint', (request) => {
      const { AppID, AppSecret } = request.body as { AppID?: string; AppSecret?: string };
      if (weather.endpoint === 'no-data') return { code: 514, msg: 'auth failed' };
      if (weather.endpoint === 'error') return { code: 1000040350, msg: 'exceed connection limit', data: {} };
      if (AppID !== state.appId || AppSecret !== state.appSecret) return { code: 514, msg: 'auth failed', data: {} };
      return { code: 0, msg: '', data: { URL: state.socketUrl(), ClientConfig: state.clientConfig } };
    }),
  );
  app.addHook('preHandler', (request, _reply, done) => {
    const isEndpoint = request.url.startsWith('/callback/ws/endpoint');
    if (!(isEndpoint && weather.endpoint === 'hang')) done();
  });
}

function force(reply: FastifyReply, forced: ForcedAnswer): FastifyReply {
  if (forced.hang) {
    // Leave the connection open without an answer, until one side closes it.
    void reply.hijack();
    return reply;
  }
  const status = forced.status ?? 200;
  if (forced.retryAfterS !== undefined) void reply.header('retry-after', String(forced.retryAfterS));
  if (forced.html !== undefined) return reply.code(status).type('text/html; charset=utf-8').send(forced.html);
  return refuse(reply, new Refusal(status, forced.code ?? 1, forced.msg ?? 'forced by the simulator'));
}

function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const logId = `2026${randomBytes(14).toString('hex').toUpperCase()}`;
  return reply
    .code(refusal.status)
    .header('x-tt-logid', logId)
    .send({ code: refusal.code, msg: refusal.message, error: { log_id: logId } });
}

function checkToken(state: ApiState, header: string | undefined): void {
  if (!header) throw new Refusal(400, 99991661, 'Missing access token for authorization');
  const endsAt = state.tokens.get(header.replace(/^Bearer /, ''));
  if (endsAt === undefined || endsAt < Date.now()) {
    throw new Refusal(400, 99991663, 'Invalid access token for authorization');
  }
}

function messageBody(state: ApiState, message: SimulatedMessage): object {
  const time = String(Math.floor(message.createdAt));
  return {
    message_id: message.messageId,
    ...(message.parentId ? { root_id: message.parentId, parent_id: message.parentId } : {}),
    msg_type: message.msgType,
    create_time: time,
    update_time: time,
    deleted: false,
    updated: message.updates > 0,
    chat_id: message.chatId,
    sender:
      message.from === 'app'
        ? { id: state.appId, id_type: 'app_id', sender_type: 'app', tenant_key: 'simulator' }
        : { id: message.receiverOpenId, id_type: 'open_id', sender_type: 'user', tenant_key: 'simulator' },
    body: { content: JSON.stringify(message.content) },
  };
}

/** Returns the `image` part of a multipart body. */
function imagePart(request: FastifyRequest): Buffer {
  const boundary = /boundary="?([^";]+)"?/.exec(request.headers['content-type'] ?? '')?.[1];
  if (!boundary || !Buffer.isBuffer(request.body)) throw new Refusal(400, 234001, 'Invalid request param');
  const body = request.body;
  const delimiter = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(delimiter); at >= 0;) {
    const next = body.indexOf(delimiter, at + delimiter.length);
    if (next < 0) break;
    const headEnd = body.indexOf('\r\n\r\n', at);
    if (/name="image"/.test(body.subarray(at, headEnd).toString()))
      return Buffer.from(body.subarray(headEnd + 4, next - 2));
    at = next;
  }
  throw new Refusal(400, 234001, 'Invalid request param: image');
}
