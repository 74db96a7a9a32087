import { test as base } from '@playwright/test';
import { SimulatedClock } from '../../simulator/clock.js';
import { startConsole } from '../../simulator/console.js';
import type { ConsoleKind, ConsoleSimulator, IssuedSession } from '../../simulator/console-types.js';
import { SeededRandom } from '../../simulator/random.js';

export const phone = '15100001234';
export const dayMs = 86_400_000;
/** Start of the simulated clock, which moves only when advanced. */
export const startedAt = Date.UTC(2026, 2, 1, 4, 0);

export interface Answer {
  status: number;
  headers: Headers;
  json: Record<string, unknown>;
  text: string;
}

export interface ConsoleWorld {
  kind: ConsoleKind;
  clock: SimulatedClock;
  site: ConsoleSimulator;
  /** Calls the key endpoint like the HTTP method. `session` is a result of `issueSession`. */
  keyCall: (
    method: 'GET' | 'POST' | 'DELETE',
    session?: IssuedSession,
    headers?: Record<string, string>,
    more?: { body?: object; id?: string },
  ) => Promise<Answer>;
  post: (url: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>;
}

export const test = base.extend<ConsoleWorld>({
  clock: async ({}, use) => use(new SimulatedClock({ realNow: () => startedAt })),
  kind: ['one-key', { option: true }],
  site: async ({ clock, kind }, use) => {
    const site = await startConsole({ clock, random: new SeededRandom(1), kind });
    await use(site);
    await site.close();
  },
  keyCall: async ({ site, kind }, use) => {
    const path = kind === 'one-key' ? '/api/openapi/apikey' : '/api/keys';
    await use(async (method, session, headers = {}, { body = { name: '151****1234' }, id } = {}) =>
      readAnswer(
        await fetch(`${site.url}${path}${id === undefined ? '' : `/${id}`}`, {
          method,
          redirect: 'manual',
          headers: {
            ...(session ? { cookie: session.cookieHeader, 'x-xsrf-token': session.xsrf } : {}),
            ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
            ...headers,
          },
          body: method === 'POST' ? JSON.stringify(body) : undefined,
          signal: AbortSignal.timeout(5000),
        }),
      ),
    );
  },

  post: async ({}, use) => {
    await use(async (url, body, headers = {}) =>
      readAnswer(
        await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }),
      ),
    );
  },
});

export { expect } from '@playwright/test';

async function readAnswer(answer: Response): Promise<Answer> {
  const text = await answer.text();
  const json = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: answer.status, headers: answer.headers, json, text };
}
