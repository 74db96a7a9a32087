import Fastify, { type FastifyInstance } from 'fastify';
import { registerAccountEndpoint } from './account-endpoint.js';
import { registerChatEndpoint } from './chat-endpoint.js';
import type { SimulatedClock } from './clock.js';
import { ConsoleState } from './console-state.js';
import type { ConsoleKind, ConsoleSimulator } from './console-types.js';
import { registerKeyEndpoint, registerRevealEndpoint } from './key-endpoint.js';
import { registerKeysEndpoint } from './keys-endpoint.js';
import { registerPages } from './pages/register-pages.js';
import { SeededRandom } from './random.js';
import { RiskControl } from './risk-control.js';
import { registerSearchEndpoint } from './search-endpoint.js';
import { beginVisit, visitOf } from './visit.js';
import { WeatherStation } from './weather.js';

export interface ConsoleOptions {
  readonly consolePort?: number;
  readonly apiPort?: number;
  readonly clock: SimulatedClock;
  readonly random?: SeededRandom;
  readonly weather?: WeatherStation;
  /** Default `one-key`. */
  readonly kind?: ConsoleKind;
}

/** Starts the console and, on another port, the chat service. Both listen on 127.0.0.1 only. */
export async function startConsole(options: ConsoleOptions): Promise<ConsoleSimulator> {
  const weather = options.weather ?? new WeatherStation();
  const state = new ConsoleState(options.clock, options.random ?? new SeededRandom(1), weather, options.kind);
  const risk = new RiskControl(state);
  const site = newServer(state);
  const api = newServer(state);
  risk.register(site);
  registerAccountEndpoint(site, state);
  (state.kind === 'one-key' ? registerKeyEndpoint : registerKeysEndpoint)(site, state, risk);
  registerRevealEndpoint(site, state);
  registerSearchEndpoint(site, state);
  registerPages(site, state, risk);
  registerChatEndpoint(api, state);
  const close = async () => {
    await Promise.allSettled([site.close(), api.close()]);
  };
  try {
    const [url, apiUrl] = await Promise.all([
      site.listen({ host: '127.0.0.1', port: options.consolePort ?? 0 }),
      api.listen({ host: '127.0.0.1', port: options.apiPort ?? 0 }),
    ]);
    return {
      kind: state.kind,
      url,
      apiUrl,
      weather,
      addOwner: (owner) => state.truth(state.addOwner(owner).phone),
      truth: (phone) => state.truth(phone),
      owners: () => state.owners().map((owner) => state.truth(owner.phone)),
      smsCodeFor: (phone) => state.codesSentTo(phone).at(-1)?.code,
      smsCount: (phone) => state.codesSentTo(phone).length,
      issueSession: (phone) => state.issueSession(phone),
      expireSessions: (phone) => state.expireSessions(phone),
      rotateElsewhere: (phone) => state.makeKey(state.owner(phone)).value,
      requests: () => state.log,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function newServer(state: ConsoleState): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true });
  app.addHook('onRequest', (request, _reply, next) => {
    beginVisit(state, request);
    next();
  });
  app.addHook('onSend', (request, reply, _payload, next) => {
    visitOf(request).entry.status = reply.statusCode;
    reply.header('date', new Date(state.clock.now() + state.weather.get().serverDateSkewMs).toUTCString());
    next();
  });
  // A form or an empty body sent as JSON is a client's mistake. The real console answers it with its usual envelope.
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(['application/json', '*'], { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? null : JSON.parse(body.toString()));
    } catch {
      done(null, null);
    }
  });
  return app;
}
