import type { FastifyInstance } from 'fastify';
import { isChineseMobile, maskPhone, ownerPassword, type ConsoleState } from './console-state.js';
import { fail, notLoggedIn, ok } from './envelope.js';
import { offerXsrf } from './key-endpoint.js';
import { setCookie, visitOf } from './visit.js';

const persistentS = 30 * 86_400;

const codeRefusals = {
  wrong: ['40002', '验证码错误，请重新输入'],
  expired: ['40003', '验证码已过期，请重新获取'],
  'too-many': ['40004', '验证码错误次数过多，请重新获取'],
} as const;

const codeRefusal = (verdict: keyof typeof codeRefusals) => fail(codeRefusals[verdict][0], codeRefusals[verdict][1]);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Registers the routes for signing in, for the code or password before a reset, and for the signed-in user. */
export function registerAccountEndpoint(app: FastifyInstance, state: ConsoleState): void {
  app.post<{ Body: Record<string, unknown> | null }>('/api/user/sms/send', (request) => {
    const { session } = visitOf(request);
    if (request.body?.scene === 'reset') {
      if (!session) return notLoggedIn();
      state.sendCode(session.phone, 'reset');
      return ok({ phone: maskPhone(session.phone), resendAfterMs: state.weather.get().smsResendAfterMs });
    }
    const phone = text(request.body?.phone);
    if (!isChineseMobile(phone)) return fail('40001', '请输入正确的手机号');
    state.sendCode(phone, 'login');
    return ok({ phone: maskPhone(phone), resendAfterMs: state.weather.get().smsResendAfterMs });
  });

  app.post<{ Body: Record<string, unknown> | null }>('/api/user/sms/verify', (request) => {
    const { session } = visitOf(request);
    if (!session) return notLoggedIn();
    const verdict = state.checkCode(session.phone, 'reset', text(request.body?.code));
    if (verdict !== 'right') return codeRefusal(verdict);
    session.resetConfirmed = true;
    return ok(true);
  });

  app.post<{ Body: Record<string, unknown> | null }>('/api/user/password/verify', (request) => {
    const { session } = visitOf(request);
    if (!session) return notLoggedIn();
    if (request.body?.password !== ownerPassword) return fail('40005', '密码错误，请重新输入');
    session.resetConfirmed = true;
    return ok(true);
  });

  app.post<{ Body: Record<string, unknown> | null }>('/api/user/login', (request, reply) => {
    const phone = text(request.body?.phone);
    if (!isChineseMobile(phone)) return fail('40001', '请输入正确的手机号');
    const verdict = state.checkCode(phone, 'login', text(request.body?.code));
    if (verdict !== 'right') return codeRefusal(verdict);
    const session = state.signIn(phone);
    const { login, cookie } = state.weather.get();
    setCookie(reply, `XSRF-TOKEN=${encodeURIComponent(session.xsrf)}; Path=/; SameSite=Lax`);
    if (login === 'localStorage') return ok({ token: session.token });
    const lifetime = cookie === 'persistent' ? `; Max-Age=${persistentS}` : '';
    setCookie(reply, `BXAuth=${session.token}; Path=/; HttpOnly; SameSite=Lax${lifetime}`);
    return ok({ token: null });
  });

  app.post('/api/user/logout', (request, reply) => {
    const { session } = visitOf(request);
    if (session) state.signOut(session.token);
    setCookie(reply, 'BXAuth=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
    return ok(true);
  });

  app.get('/api/user/info', (request, reply) => {
    const { session } = visitOf(request);
    if (!session) return notLoggedIn();
    offerXsrf(reply, request);
    return ok({ phone: maskPhone(session.phone), nickname: `心流用户${session.phone.slice(-4)}` });
  });
}
