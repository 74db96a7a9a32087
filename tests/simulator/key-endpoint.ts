import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { maskOfKey, shanghaiTime, type ConsoleKey, type ConsoleSession, type ConsoleState } from './console-state.js';
import { fail, notLoggedIn, ok, overloaded, type Envelope } from './envelope.js';
import { punishJson, type RiskControl } from './risk-control.js';
import { headerOf, setCookie, visitOf } from './visit.js';
import type { RequestKind, Weather } from './weather.js';

/** The console's message for the `gone` weather: the service has closed. */
export const closingMessage = '心流开放平台已停止服务，API 服务与模型库已同步关停';

/** Registers the endpoint for the account's only key. `GET` reads its state, `POST` replaces it. */
export function registerKeyEndpoint(app: FastifyInstance, state: ConsoleState, risk: RiskControl): void {
  const path = '/api/openapi/apikey';
  const guarded = guardKeys(state, risk);

  app.get(path, (request, reply) =>
    guarded(request, reply, 'read', ({ phone }) => {
      const key = state.currentKey(state.owner(phone));
      return ok(key ? keyData(state, key, { full: state.weather.get().fullKeyOnGet }) : null);
    }),
  );
  app.post(path, (request, reply) =>
    guarded(request, reply, 'rotate', (session) => rotated(state, rotate(state, session))),
  );
}

/** Registers the endpoint where a page redeems the ticket that it got in the answer to its POST. */
export function registerRevealEndpoint(app: FastifyInstance, state: ConsoleState): void {
  app.get<{ Querystring: { ticket?: string } }>('/api/openapi/apikey/plain', (request) => {
    if (!visitOf(request).session) return notLoggedIn();
    const value = state.redeemRevealTicket(request.query.ticket ?? '');
    return value ? ok({ plain: value }) : fail('404', '凭证已失效');
  });
}

/**
 * Returns the checks that every key request passes, on both kinds of console, before `answer` returns the body. With
 * the `dropAnswerAfterRotate` weather, the answer is dropped after `answer` has made the key.
 */
export function guardKeys(state: ConsoleState, risk: RiskControl) {
  return (
    request: FastifyRequest,
    reply: FastifyReply,
    kind: RequestKind,
    answer: (session: ConsoleSession) => object,
  ): object => {
    const refused = refuse(state, risk, request, reply, kind);
    if (refused) return refused;
    const { session, entry } = visitOf(request);
    // The `one-key` console answers everything with HTTP 200. The other console uses HTTP status codes.
    const turnDown = (status: number, envelope: Envelope) => {
      if (state.kind === 'several-keys') reply.code(status);
      return envelope;
    };
    if (!session) return turnDown(401, notLoggedIn());
    if (kind !== 'read' && headerOf(request, 'x-xsrf-token') !== session.xsrf) {
      return turnDown(403, fail('403', '请求校验失败，请刷新页面后重试'));
    }
    const wanted = kind === 'rotate' ? wantedAgain(state, session) : undefined;
    if (wanted) {
      entry.note = `${wanted.data.verifyType}-wanted`;
      return turnDown(403, fail('FoundRiskAndDoubleConfirm', wanted.message, wanted.data));
    }
    const { rotations } = state.owner(session.phone);
    const body = answer(session);
    if (state.owner(session.phone).rotations > rotations && state.weather.takeDroppedAnswer()) {
      entry.note = 'rotated-answer-dropped';
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    if (state.weather.get().xsrfRotates) session.xsrf = state.newXsrf();
    offerXsrf(reply, request);
    return body;
  };
}

/** Makes a key for a request that passed all checks. The code or password is used up: the next key needs a new one. */
export function rotate(
  state: ConsoleState,
  session: ConsoleSession,
  options?: { name?: string; lifetimeMs?: number },
): ConsoleKey {
  const owner = state.owner(session.phone);
  session.resetConfirmed = false;
  owner.rotations += 1;
  return state.makeKey(owner, options);
}

/** Returns what the console asks for right before it makes a key: an SMS code, the password, or nothing. */
function wantedAgain(state: ConsoleState, session: ConsoleSession) {
  const { smsOnReset, passwordOnRotate } = state.weather.get();
  if (session.resetConfirmed) return undefined;
  if (smsOnReset && state.currentKey(state.owner(session.phone))) {
    return { message: '当前操作存在风险，需要进行手机验证', data: { verifyType: 'sms', codeLength: 6 } };
  }
  return passwordOnRotate ? { message: '请验证登录密码', data: { verifyType: 'password' } } : undefined;
}

/** Sends the session's XSRF token if the request's cookie has another or none. */
export function offerXsrf(reply: FastifyReply, request: FastifyRequest): void {
  const { session, cookies } = visitOf(request);
  const wanted = session && encodeURIComponent(session.xsrf);
  if (wanted && cookies.get('XSRF-TOKEN') !== wanted) setCookie(reply, `XSRF-TOKEN=${wanted}; Path=/; SameSite=Lax`);
}

/** Applies the faults that replace the answer, outermost first. Returns undefined if there is none. */
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
  const challenge = session && kind !== 'delete' && risk.refuse(kind, cookies.get('x5sec'));
  return challenge ? punish(challenge.url, challenge.weather.where) : undefined;
}

/** Returns the target of the `redirect` weather. For a browser, `localhost` is another host than 127.0.0.1. */
export function redirectTarget(weather: Weather, request: FastifyRequest): string | undefined {
  const login = `/login?redirect=${encodeURIComponent('/profile?tab=apiKey')}`;
  if (weather.redirect === 'none') return undefined;
  if (weather.redirect === 'login') return login;
  return request.hostname === 'localhost' ? undefined : `http://localhost:${request.port}${login}`;
}

function rotated(state: ConsoleState, key: ConsoleKey): Envelope {
  const { keyShownAfterRotate } = state.weather.get();
  if (keyShownAfterRotate === 'nowhere') return ok(keyData(state, key, { full: false }), { display: 'mask' });
  if (keyShownAfterRotate === 'page') {
    return ok(keyData(state, key, { full: false }), { display: 'ticket', ticket: state.newRevealTicket(key.value) });
  }
  return ok(keyData(state, key, { full: true }), { display: keyShownAfterRotate === 'both' ? 'plain' : 'mask' });
}

function keyData(state: ConsoleState, key: ConsoleKey, options: { full: boolean }): object {
  const hasExpired = state.hasExpired(key);
  const expireTime = key.expiresAt === undefined ? null : shanghaiTime(key.expiresAt);
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
