import { createServer, type AddressInfo } from 'node:net';
import { test, expect } from '@playwright/test';
import { exchange } from '../../../src/site/exchange.js';

/** Answers each connection with these bytes and then, where they are to end, closes it. */
async function answering(bytes: Buffer, { ends }: { ends: boolean }) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => (ends ? socket.end(bytes) : socket.write(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => server.close(resolve))) };
}

const head = (encoding: string) =>
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 999\r\nContent-Encoding: ${encoding}\r\n\r\n`);
const ask = (url: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
  exchange({ method: 'GET', url, headers: {}, timeoutMs: 60_000, ...more });

for (const encoding of ['gzip', 'deflate', 'br']) {
  test(`a compressed answer (${encoding}) whose connection ends with its head is no answer`, async () => {
    await using server = await answering(head(encoding), { ends: true });
    expect(await ask(server.url)).toMatchObject({ kind: 'unanswered', sent: 'maybe', why: /was cut/ });
  });
}

test('the deadline ends an exchange whose compressed answer never goes on', async () => {
  await using server = await answering(head('gzip'), { ends: false });
  expect(await ask(server.url, { timeoutMs: 300 })).toMatchObject({ kind: 'unanswered', why: /no answer within/ });
});

test('the signal ends it, too', async () => {
  await using server = await answering(head('gzip'), { ends: false });
  const stop = new AbortController();
  const asked = ask(server.url, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 100);
  await expect(asked).rejects.toThrow('enough');
});
