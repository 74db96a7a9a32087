import Fastify, { type FastifyInstance } from 'fastify';
import { parseDuration } from '../../src/lib/duration.js';
import type { SimulatedClock } from './clock.js';
import { controlHelp } from './control-help.js';
import type { AddOwnerOptions, ConsoleSimulator } from './console-types.js';
import { severalKeysProfile } from './several-keys-profile.js';
import type { FeishuSimulator, PressOptions, SayOptions } from './feishu.js';
import type { WeatherPatch } from './weather.js';

export interface ControlOptions {
  readonly port?: number;
  readonly console: ConsoleSimulator;
  readonly feishu: FeishuSimulator;
  readonly clock: SimulatedClock;
}

/**
 * Starts an HTTP port that controls the simulator, for a person with curl. `GET /` returns the manual. The answers
 * contain keys, but only those of the simulator.
 */
export async function startControl(options: ControlOptions): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = Fastify({ forceCloseConnections: true });
  app.setErrorHandler((error, _request, reply) =>
    reply.code(400).send({ error: error instanceof Error ? error.message : String(error), help: 'GET /' }),
  );
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'no such switch', help: 'GET /' }));
  registerConsoleSwitches(app, options);
  registerFeishuSwitches(app, options.feishu);
  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return { url, close: () => app.close() };
}

function registerConsoleSwitches(app: FastifyInstance, options: ControlOptions): void {
  const { console: site, feishu, clock } = options;
  const time = () => ({ now: new Date(clock.now()).toISOString(), offsetMs: clock.offsetMs });

  app.get('/', (request, reply) =>
    reply.type('text/plain; charset=utf-8').send(controlHelp(`http://${request.host}`, site.kind)),
  );
  app.get('/site-profile', (_request, reply) =>
    site.kind === 'several-keys'
      ? reply.type('text/yaml; charset=utf-8').send(severalKeysProfile(site))
      : reply.code(404).send({ error: 'the built-in site profile iflow describes this console', help: 'GET /' }),
  );
  app.get('/state', () => ({
    kind: site.kind,
    console: site.url,
    keyPage: `${site.url}/profile?tab=apiKey`,
    api: site.apiUrl,
    feishu: feishu.url,
    clock: time(),
    weather: site.weather.get(),
    owners: site.owners().map((owner) => owner.phone),
  }));

  app.post<{ Body: WeatherPatch | null }>('/weather', (request) => site.weather.set(request.body ?? {}));
  app.post('/weather/reset', () => site.weather.reset());
  app.post<{ Body: { ms?: unknown; by?: unknown } | null }>('/clock/advance', (request) => {
    clock.advance(wantedMs(request.body));
    // A shell that follows this clock has its old offset.
    return { ...time(), next: `export KEYTURN_SIMULATED_OFFSET_MS=${clock.offsetMs}` };
  });

  app.get('/sms', () => Object.fromEntries(site.owners().map(({ phone }) => [phone, site.smsCodeFor(phone) ?? null])));
  app.post<{ Body: AddOwnerOptions | null }>('/owners', (request) => site.addOwner(request.body ?? { phone: '' }));
  app.post<{ Body: { phone?: string } | null }>('/sessions/expire', (request) => ({
    expired: site.expireSessions(request.body?.phone),
  }));
  app.post<{ Body: { phone?: string } | null }>('/keys/rotate-elsewhere', (request) => ({
    key: site.rotateElsewhere(request.body?.phone ?? ''),
  }));
  app.get<{ Querystring: { phone?: string } }>('/truth', (request) =>
    request.query.phone === undefined ? site.owners() : site.truth(request.query.phone),
  );
  app.get('/requests', () => site.requests());
}

function registerFeishuSwitches(app: FastifyInstance, feishu: FeishuSimulator): void {
  app.get('/feishu/messages', () =>
    feishu.messages().map((message) => ({
      messageId: message.messageId,
      from: message.from,
      updates: message.updates,
      text: feishu.cardText(message),
    })),
  );
  app.get<{ Params: { key: string } }>('/feishu/images/:key', (request, reply) => {
    const image = feishu.image(request.params.key);
    return image ? reply.type('image/png').send(image) : reply.code(404).send({ error: 'no such picture' });
  });
  app.post<{ Body: ({ button?: string; messageId?: string } & PressOptions) | null }>('/feishu/press', (request) => {
    const { button, messageId, ...options } = request.body ?? {};
    const last = feishu
      .messages()
      .filter((m) => m.from === 'app' && m.msgType === 'interactive')
      .at(-1);
    const id = messageId ?? last?.messageId;
    if (id === undefined || button === undefined)
      throw new TypeError('press needs a button, and a card to press it on');
    return feishu.press(id, button, options);
  });
  app.post<{ Body: ({ text?: string } & SayOptions) | null }>('/feishu/say', (request) => {
    const { text, ...options } = request.body ?? {};
    if (text === undefined) throw new TypeError('say needs a text');
    return feishu.say(text, options);
  });
}

function wantedMs(body: { ms?: unknown; by?: unknown } | null): number {
  const ms = typeof body?.by === 'string' ? parseDuration(body.by) : body?.ms;
  if (typeof ms !== 'number' || !Number.isFinite(ms)) {
    throw new TypeError('give the amount as {"by": "84h"} or {"ms": 302400000}');
  }
  return ms;
}
