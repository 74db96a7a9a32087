import type { FastifyInstance } from 'fastify';
import type { ConsoleState } from './console-state.js';

/** The chat service refuses a request with HTTP 200 and this body. */
const refusal = (status: string, msg: string) => ({ status, msg, body: null });

const invalidKey = () => refusal('434', 'Invalid apiKey，get your apiKey: https://iflow.cn/');

/** Registers an OpenAI-compatible chat service that accepts the console's keys. */
export function registerChatEndpoint(app: FastifyInstance, state: ConsoleState): void {
  app.post<{ Body: { model?: unknown; messages?: unknown; stream?: unknown } | null }>(
    '/v1/chat/completions',
    (request, reply) => {
      const key = state.findKey(/^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
      if (state.weather.get().gone || !key) return invalidKey();
      if (state.weather.get().banned) {
        return refusal('434', 'Access to the current AK has been blocked due to unauthorized requests');
      }
      if (state.hasExpired(key)) return refusal('439', 'Your API Token has expired.');
      const { model, messages, stream } = request.body ?? {};
      if (typeof model !== 'string' || !Array.isArray(messages) || messages.length === 0) {
        return reply.code(400).send(refusal('400', 'model and messages are required'));
      }
      const head = {
        id: `chatcmpl-${state.random.hex(24)}`,
        created: Math.floor(state.clock.now() / 1000),
        model,
      };
      const content = '你好，我在。';
      if (stream === true) {
        const chunk = (delta: object, finish: string | null) =>
          `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
        return reply
          .type('text/event-stream')
          .send(`${chunk({ role: 'assistant', content }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
      }
      return {
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 8, completion_tokens: 6, total_tokens: 14 },
      };
    },
  );
}
