import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ConsoleState } from '../console-state.js';
import { closingMessage, offerXsrf, redirectTarget } from '../key-endpoint.js';
import { fail } from '../envelope.js';
import type { RiskControl } from '../risk-control.js';
import { setCookie, visitOf } from '../visit.js';
import { loginPage } from './login-page.js';
import { closedPage, notFoundPage } from './notice-page.js';
import { profilePage } from './profile-page.js';
import { punishPage } from './punish-page.js';

const html = (reply: FastifyReply, page: string) =>
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page);

export function registerPages(app: FastifyInstance, state: ConsoleState, risk: RiskControl): void {
  app.get('/', (_request, reply) => reply.redirect('/profile?tab=apiKey'));

  for (const path of ['/login', '/oauth']) {
    app.get(path, (_request, reply) =>
      html(reply, state.weather.get().gone ? closedPage() : loginPage({ pageToken: state.newPageToken() })),
    );
  }

  app.get('/profile', (request, reply) => {
    const { session, cookies, entry } = visitOf(request);
    const weather = state.weather.get();
    const elsewhere = redirectTarget(weather, request);
    if (elsewhere) return reply.redirect(elsewhere);
    if (weather.gone) return html(reply, closedPage());
    const challenge = session && risk.refuse('visit', cookies.get('x5sec'));
    if (challenge) {
      entry.note = 'captcha';
      reply.header('bxpunish', '1');
      const token = new URL(challenge.url, 'http://simulator').searchParams.get('x5secdata') ?? '';
      return html(
        reply,
        punishPage({ action: challenge.weather.action ?? 'captcha', challenge: token, inPlace: true }),
      );
    }
    if (session) offerXsrf(reply, request);
    else if (!cookies.has('XSRF-TOKEN')) {
      setCookie(reply, `XSRF-TOKEN=${encodeURIComponent(state.newXsrf())}; Path=/; SameSite=Lax`);
    }
    return html(
      reply,
      profilePage({
        kind: state.kind,
        pageToken: state.newPageToken(),
        renderDelayMs: weather.renderDelayMs,
        drift: weather.drift,
        confirmDialog: weather.confirmDialog,
        smsInput: weather.smsInput,
        keyExpiry: weather.keyExpiry,
      }),
    );
  });

  app.setNotFoundHandler((request, reply) => {
    reply.code(404);
    if (!request.url.startsWith('/api/')) return html(reply, notFoundPage());
    return reply.send(fail('404', state.weather.get().gone ? closingMessage : '接口不存在'));
  });
}
