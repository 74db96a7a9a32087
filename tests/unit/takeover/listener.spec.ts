import { expect, test as base } from '@playwright/test';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/lib/log.js';
import { shareListener, type Listener } from '../../../src/takeover/listener.js';
import { askForToken, clearSocket, pageId, pageSocket } from '../../../src/takeover/page-socket.js';
import { freePort } from '../../simulator/free-port.js';

interface ListenerWorld {
  home: string;
  port: number;
  /** A listener as each process of the home has one. */
  newListener: (settings?: { port?: number; host?: string }) => Listener;
  /** Serves a page at its socket, as the process that holds the page does. */
  servePage: (account: string) => Promise<Server>;
  /** The status and the text at the account's address, on the port of this machine. */
  visit: (account: string, path?: string) => Promise<string>;
}

const test = base.extend<ListenerWorld>({
  home: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'keyturn-listener-'));
    await use(home);
    await rm(home, { recursive: true });
  },
  port: async ({}, use) => use(await freePort()),
  newListener: async ({ home, port }, use) => {
    const opened: Listener[] = [];
    await use((settings = {}) => {
      const publicUrl = 'https://keyturn.example.com/';
      const options = {
        home,
        host: '127.0.0.1',
        port,
        publicUrl,
        language: 'en',
        log: silentLog,
        ...settings,
      } as const;
      const listener = shareListener(options);
      opened.push(listener);
      return listener;
    });
    for (const listener of opened) listener.close();
  },
  servePage: async ({ home }, use) => {
    const pages: Server[] = [];
    await use(async (account) => {
      const socket = pageSocket(home, pageId(home, account));
      await clearSocket(socket);
      const page = createServer((request, answer) => {
        if (request.url === '/link') return answer.end(JSON.stringify({ token: `token-of-${account}`, until: 1 }));
        return answer.end(`the page of ${account}`);
      });
      page.on('upgrade', (_, phone) => phone.end(`HTTP/1.1 101 live\r\n\r\nlive picture of ${account}`));
      await new Promise<void>((resolve) => page.listen(socket, resolve));
      pages.push(page);
      return page;
    });
    for (const page of pages) page.close();
  },
  visit: async ({ home, port }, use) => {
    await use(async (account, path = '') => {
      const answer = await fetch(`http://127.0.0.1:${port}/${pageId(home, account)}/${path}`);
      return `${answer.status} ${await answer.text()}`;
    });
  },
});

test('the pages of two runs are behind one address, whichever process listens', async ({
  newListener,
  servePage,
  visit,
  home,
  port,
}) => {
  await servePage('work');
  await servePage('other');
  const [first, second] = [newListener(), newListener()];
  expect([await first.port(), await second.port()]).toEqual([port, port]);
  expect(await visit('work')).toBe('200 the page of work');
  expect(await visit('other')).toBe('200 the page of other');
  expect(await second.linkTo('other', 't')).toBe(`https://keyturn.example.com/${pageId(home, 'other')}/#t`);
  // Where links come from stays on this machine.
  expect(await visit('work', 'link')).toMatch(/^404/);
  expect(await askForToken(home, 'work')).toEqual({ token: 'token-of-work', until: 1 });
});

test('when the process that listens ends, another takes the port within two seconds', async ({
  newListener,
  servePage,
  visit,
}) => {
  await servePage('work');
  const [first, second] = [newListener(), newListener()];
  await first.port();
  await second.port();
  first.close();
  await expect
    .poll(() => visit('work').catch(String), { timeout: 2000, intervals: [100] })
    .toBe('200 the page of work');
});

for (const [name, expected] of [
  ['the address', 'live picture of work'],
  ['another host', '421 Misdirected'],
] as const) {
  test(`a phone that asks for ${name} gets: ${expected}`, async ({ newListener, servePage, home, port }) => {
    await servePage('work');
    await newListener().port();
    const phone = connect(port, '127.0.0.1');
    const host = name === 'another host' ? 'elsewhere.example' : 'keyturn.example.com';
    const headers = [`host: ${host}`, `origin: https://${host}`, 'connection: upgrade', 'upgrade: websocket'];
    phone.write(`GET /${pageId(home, 'work')}/live HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    let heard = '';
    phone.on('data', (data) => (heard += String(data)));
    await expect.poll(() => heard).toContain(expected);
    phone.destroy();
  });
}

test('a request that never ends keeps no connection', async ({ newListener, servePage, home, port }) => {
  await servePage('work');
  await newListener().port();
  const phone = connect(port, '127.0.0.1');
  const startedAt = performance.now();
  phone.write(
    `POST /${pageId(home, 'work')}/claim HTTP/1.1\r\nhost: keyturn.example.com\r\norigin: https://keyturn.example.com\r\ncontent-length: 99\r\n\r\n{`,
  );
  await new Promise((resolve) => phone.on('error', resolve).on('close', resolve).resume());
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

test('the address of a page that has ended says so', async ({ newListener, servePage, visit }) => {
  const page = await servePage('work');
  await newListener().port();
  page.close();
  expect(await visit('work')).toMatch(/^410 [^]*keyturn/);
});

test('a port of another program is KT705, and a free one is the same for all processes', async ({
  newListener,
  port,
}) => {
  const foreign = createServer((_, answer) => answer.end('another program'));
  await new Promise<void>((resolve) => foreign.listen(port, '127.0.0.1', resolve));
  await expect(newListener().port()).rejects.toMatchObject({ code: 'KT705' });
  const [first, second] = [newListener({ port: 0 }), newListener({ port: 0 })];
  expect(await second.port()).toBe(await first.port());
  foreign.close();
});
