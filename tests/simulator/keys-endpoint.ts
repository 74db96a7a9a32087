import type { FastifyInstance } from 'fastify';
import { isoTime, type ConsoleKey, type ConsoleState } from './console-state.js';
import { fail } from './envelope.js';
import { guardKeys, rotate } from './key-endpoint.js';
import type { RiskControl } from './risk-control.js';

const dayMs = 86_400_000;

/**
 * Registers the endpoint of the console with several keys. `GET` lists their names, newest first. `POST` makes a key
 * and shows it, only this once. `DELETE` deletes a key.
 */
export function registerKeysEndpoint(app: FastifyInstance, state: ConsoleState, risk: RiskControl): void {
  const path = '/api/keys';
  const guarded = guardKeys(state, risk);
  const living = (phone: string) => state.owner(phone).keys.filter((key) => !key.isDead);
  const listed = ({ id, name, createdAt, expiresAt }: ConsoleKey) => ({
    id,
    name,
    createdAt: isoTime(createdAt),
    ...(state.weather.get().keyExpiry === 'chosen' ? { expiresAt: isoTime(expiresAt) ?? null } : {}),
  });

  app.get(path, (request, reply) =>
    guarded(request, reply, 'read', ({ phone }) => ({ data: living(phone).map(listed).reverse() })),
  );

  app.post<{ Body: { name?: unknown; expiresInDays?: unknown } | null }>(path, (request, reply) =>
    guarded(request, reply, 'rotate', (session) => {
      const { keyExpiry, namesAreUnique } = state.weather.get();
      const { name, expiresInDays } = request.body ?? {};
      const refused = (status: number, message: string) => {
        reply.code(status);
        return fail(String(status), message);
      };
      if (typeof name !== 'string' || name.trim() === '') return refused(400, 'A key needs a name.');
      if (namesAreUnique && living(session.phone).some((key) => key.name === name.trim())) {
        return refused(409, 'There is already an entry with this name.');
      }
      reply.code(201);
      const isChosen = keyExpiry === 'chosen' && typeof expiresInDays === 'number';
      return made(
        rotate(state, session, { name: name.trim(), lifetimeMs: isChosen ? expiresInDays * dayMs : undefined }),
      );
    }),
  );

  app.delete<{ Params: { id: string } }>(`${path}/:id`, (request, reply) =>
    guarded(request, reply, 'delete', ({ phone }) => {
      const key = living(phone).find(({ id }) => id === request.params.id);
      if (!key) {
        reply.code(404);
        return fail('404', 'There is no such key.');
      }
      key.isDead = true;
      return { data: { id: key.id } };
    }),
  );

  function made(key: ConsoleKey): object {
    const { keyShownAfterRotate } = state.weather.get();
    if (keyShownAfterRotate === 'nowhere') return { data: listed(key) };
    if (keyShownAfterRotate === 'page') return { data: listed(key), ticket: state.newRevealTicket(key.value) };
    return { data: { ...listed(key), key: key.value }, isShown: keyShownAfterRotate === 'both' };
  }
}
