import { createServer, type AddressInfo } from 'node:net';
import { test as base, expect } from '@playwright/test';
import { httpRequest } from '../../../src/site/http-request.js';

interface Server {
  /** Answers each connection with these bytes, then closes it if `ends` is set. Returns the address. */
  answering: (bytes: Buffer, options: { ends: boolean }) => Promise<string>;
}

const test = base.extend<Server>({
  answering: async ({}, use) => {
    const servers: ReturnType<typeof createServer>[] = [];
    await use(async (bytes, { ends }) => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => (ends ? socket.end(bytes) : socket.write(bytes)));
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  },
});

const head = (encoding: string) =>
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 999\r\nContent-Encoding: ${encoding}\r\n\r\n`);
const ask = (url: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
  httpRequest({ method: 'GET', url, headers: {}, timeoutMs: 60_000, network: { env: {} }, ...more });

for (const encoding of ['gzip', 'deflate', 'br']) {
  test(`a compressed answer (${encoding}) that ends after its headers is no answer`, async ({ answering }) => {
    const url = await answering(head(encoding), { ends: true });
    expect(await ask(url)).toMatchObject({ kind: 'unanswered', sent: 'maybe', why: { en: /was cut/ } });
  });
}

test('the deadline ends a request whose compressed answer stalls', async ({ answering }) => {
  const url = await answering(head('gzip'), { ends: false });
  expect(await ask(url, { timeoutMs: 300 })).toMatchObject({ kind: 'unanswered', why: { en: /no answer within/ } });
});

test('the signal ends a request whose compressed answer stalls', async ({ answering }) => {
  const url = await answering(head('gzip'), { ends: false });
  const stop = new AbortController();
  const asked = ask(url, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 100);
  await expect(asked).rejects.toThrow('enough');
});
