import type { FastifyInstance } from 'fastify';
import { closingMessage } from './key-endpoint.js';
import type { ConsoleState } from './console-state.js';
import { fail, ok } from './envelope.js';

/** Registers the search service. It accepts the same keys as the chat service and is on the console's host. */
export function registerSearchEndpoint(app: FastifyInstance, state: ConsoleState): void {
  app.post<{ Body: { keywords?: unknown; num?: unknown } | null }>('/api/search/webSearch', (request, reply) => {
    const weather = state.weather.get();
    if (weather.gone) return reply.code(404).send(fail('404', closingMessage));
    const key = state.findKey(/^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (!key || state.hasExpired(key)) return fail('INVALID_APIKEY', 'Invalid apiKey');
    if (weather.banned) {
      return fail('INVALID_APIKEY', 'Access to the current AK has been blocked due to unauthorized requests');
    }
    const { keywords } = request.body ?? {};
    if (typeof keywords !== 'string' || keywords === '') return fail('PARAM_INVALID', 'keywords is required');
    return ok({ organic: [{ title: keywords, link: 'https://example.com/', snippet: '模拟的搜索结果' }] });
  });
}
