import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { maskOfKey, shanghaiTime, type ConsoleKey, type ConsoleState } from './console-state.js';
import { fail, notLoggedIn, ok, overloaded, type Envelope } from './envelope.js';
import { punishJson, type RiskControl } from './risk-control.js';
import { headerOf, setCookie, visitOf } from './visit.js';
import type { RequestKind, Weather } from './weather.js';

/** The moment the console stopped being one, for `gone`. */
export const closingMessage = '心流开放平台已停止服务，API 服务与模型库已同步关停';

/** `GET` reads the state of the account's one key, `POST` replaces it. */
export function registerKeyEndpoint(app: FastifyInstance, state: ConsoleState, risk: RiskControl): void {
  const path = '/api/openapi/apikey';

  app.get(path, (request, reply) => {
    const refused = refuse(state, risk, request, reply, 'read');
    if (refused) return refused;
    const { session } = visitOf(request);
    if (!session) return notLoggedIn();
    const { key } = state.owner(session.phone);
    if (state.weather.get().xsrfRotates) session.xsrf = state.newXsrf();
    offerXsrf(reply, request);
    if (!key) return ok(null);
    return ok(keyData(state, key, { full: state.weather.get().fullKeyOnGet }));
  });

  app.post(path, (request, reply) => {
    const refused = refuse(state, risk, request, reply, 'rotate');
    if (refused) return refused;
    const { session } = visitOf(request);
    if (!session) return notLoggedIn();
    if (headerOf(request, 'x-xsrf-token') !== session.xsrf) return fail('403', '请求校验失败，请刷新页面后重试');
    const owner = state.owner(session.phone);
    if (state.weather.get().smsOnReset && owner.key && !session.resetConfirmed) {
      visitOf(request).entry.note = 'sms-wanted';
      return fail('FoundRiskAndDoubleConfirm', '当前操作存在风险，需要进行手机验证', {
        verifyType: 'sms',
        codeLength: 6,
      });
    }
    session.resetConfirmed = false;
    const key = state.replaceKey(owner);
    owner.rotations += 1;
    if (state.weather.takeDroppedAnswer()) {
      visitOf(request).entry.note = 'rotated-answer-dropped';
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    if (state.weather.get().xsrfRotates) session.xsrf = state.newXsrf();
    offerXsrf(reply, request);
    return rotated(state, key);
  });

  app.get<{ Querystring: { ticket?: string } }>('/api/openapi/apikey/plain', (request) => {
    if (!visitOf(request).session) return notLoggedIn();
    const value = state.redeemRevealTicket(request.query.ticket ?? '');
    return value ? ok({ plain: value }) : fail('404', '凭证已失效');
  });
}

/** Sends the session's XSRF token when the visitor's cookie holds another or none. */
export function offerXsrf(reply: FastifyReply, request: FastifyRequest): void {
  const { session, cookies } = visitOf(request);
  const wanted = session && encodeURIComponent(session.xsrf);
  if (wanted && cookies.get('XSRF-TOKEN') !== wanted) setCookie(reply, `XSRF-TOKEN=${wanted}; Path=/; SameSite=Lax`);
}

/** Everything that can come between a request and its answer, from the outside in. */
function refuse(
  state: ConsoleState,
  risk: RiskControl,
  request: FastifyRequest,
  reply: FastifyReply,
  kind: RequestKind,
): FastifyReply | Envelope | undefined {
  const { entry, session, cookies } = visitOf(request);
  const weather = state.weather.get();
  const note = (text: string) => {
    entry.note = text;
  };
  if (state.weather.takeFault('hang', kind)) {
    note('hang');
    return reply.hijack();
  }
  if (state.weather.takeFault('status500', kind)) {
    note('status500');
    return reply.code(500).send({ timestamp: state.clock.now(), status: 500, error: 'Internal Server Error' });
  }
  if (state.weather.takeFault('status429', kind)) {
    note('status429');
    const { retryAfterS } = weather.status429;
    if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
    return reply.code(429).send(fail('429', '请求过于频繁，请稍后再试'));
  }
  if (state.weather.takeFault('overloaded', kind)) {
    note('overloaded');
    return overloaded();
  }
  if (state.weather.takeFault('nonJson', kind)) {
    note('nonJson');
    return reply
      .type('text/html; charset=utf-8')
      .send('<!doctype html><html><head><title>心流</title></head><body><div id="root"></div></body></html>');
  }
  const elsewhere = redirectTarget(weather, request);
  if (elsewhere) {
    note('redirect');
    return reply.redirect(elsewhere);
  }
  if (weather.gone) {
    note('gone');
    return reply.code(404).send(fail('404', closingMessage));
  }
  const punish = (url: string, where: 'dialog' | 'page') => {
    note('captcha');
    return reply.header('bxpunish', '1').send(punishJson(new URL(url, `http://${request.host}`).href, where));
  };
  if (weather.replayRefused && entry.by === 'replay') return punish(risk.newPunishUrl({}), 'dialog');
  const challenge = session && risk.refuse(kind, cookies.get('x5sec'));
  return challenge && punish(challenge.url, challenge.weather.where);
}

/** Where the `redirect` weather sends a request; `localhost` is the same machine but another host to a browser. */
export function redirectTarget(weather: Weather, request: FastifyRequest): string | undefined {
  const login = `/login?redirect=${encodeURIComponent('/profile?tab=apiKey')}`;
  if (weather.redirect === 'none') return undefined;
  if (weather.redirect === 'login') return login;
  return request.hostname === 'localhost' ? undefined : `http://localhost:${request.port}${login}`;
}

function rotated(state: ConsoleState, key: ConsoleKey): Envelope {
  const { keyShownAfterRotate } = state.weather.get();
  if (keyShownAfterRotate === 'page') {
    return ok(keyData(state, key, { full: false }), { display: 'ticket', ticket: state.newRevealTicket(key.value) });
  }
  return ok(keyData(state, key, { full: true }), { display: keyShownAfterRotate === 'both' ? 'plain' : 'mask' });
}

function keyData(state: ConsoleState, key: ConsoleKey, options: { full: boolean }): object {
  const hasExpired = state.hasExpired(key);
  const expireTime = shanghaiTime(key.expiresAt);
  const shown = options.full ? key.value : undefined;
  if (state.weather.get().drift === 'fields') {
    return {
      invalid: hasExpired,
      validUntil: expireTime,
      title: key.name,
      secret: shown,
      secretPreview: maskOfKey(key.value),
    };
  }
  return { hasExpired, expireTime, name: key.name, apiKey: shown ?? null, apiKeyMask: maskOfKey(key.value) };
}
