import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, expectRun, test as base, type World } from '../support/world.js';
import { long } from '../support/long-form.js';
import { names, runningProcesses } from '../support/processes.js';

/** A console that serves one page. */
interface HostileSite {
  readonly url: string;
  page: string;
  /** What was sent of an endless download. */
  sentBytes: number;
}

/* eslint no-empty-pattern: [error, { allowObjectPatternsAsParameters: true }] --
   Playwright requires an object pattern as the first parameter, even an empty one. */
const test = base.extend<{ site: HostileSite }>({
  hasFeishu: false,
  site: async ({}, use) => {
    const site = { url: '', page: '', sentBytes: 0 };
    const chunk = Buffer.alloc(1024 * 1024);
    const server = createServer((request, response) => {
      if (request.url === '/endless') {
        response.setHeader('content-disposition', 'attachment; filename=endless.bin');
        const send = () => {
          if (response.destroyed) return;
          site.sentBytes += chunk.length;
          response.write(chunk, send);
        };
        return send();
      }
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><title>Keys</title><body>${site.page}</body>`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await use(site);
    server.closeAllConnections();
    server.close();
  },
});

const profile = (url: string, ready: string) => `
name: hostile
title: Hostile
baseUrl: ${url}
timeZone: UTC
key: { pattern: '^[A-Z0-9]{32}$', lifetime: 7d }
session: { login: { url: /keys } }
page:
  url: /keys
  patience: { ready: 3s, step: 1s, optional: 1s, answer: 2s }
  ready: ${ready}
  read: { key: { css: '#key' } }
  rotate: [{ click: { role: button, name: Reset } }]`;

async function visit(world: World, site: HostileSite, ready = '{ css: h1 }') {
  const file = join(world.home, 'hostile.yaml');
  await writeFile(file, profile(site.url, ready));
  const session = join(world.home, 'work-secrets.json');
  await writeFile(session, JSON.stringify({ cookie: 'sid=1' }), { mode: 0o600 });
  await world.prepare('account', 'import', session, '--name', 'work', '--site', file, '--method', 'browser');
  return world.cli('refresh', '--force', '--wait', '1s');
}

async function expectNothingLeft(world: World): Promise<void> {
  const browser = world.browserFolder('work');
  await expect.poll(() => runningProcesses().filter((each) => names(each, browser)), { timeout: 10_000 }).toEqual([]);
  expect(await readdir(join(world.home, 'accounts/work'))).not.toContain('run.lock');
}

test('a pattern that hangs the page ends with the browser', long, async ({ world, site }) => {
  site.page = `<h1>Keys</h1><p>${'a'.repeat(60)}!</p>`;
  expectRun(await visit(world, site, `{ text: '/^(a+)+$/' }`), 1, /KT60\d/);
  await expectNothingLeft(world);
});

test('a page cannot start a download', async ({ world, site }) => {
  site.page = `<iframe src="/endless"></iframe><script>setInterval(() => { location = '/endless'; }, 500)</script>`;
  expectRun(await visit(world, site), 1, /KT60\d/);
  expect(site.sentBytes).toBeLessThan(200 * 1024 * 1024);
  await expectNothingLeft(world);
});

test('a page that opens windows in a loop ends', long, async ({ world, site }) => {
  site.page = `<script>setInterval(() => { for (let i = 0; i < 20; i++) open('/keys', '_blank'); }, 100)</script>`;
  expectRun(await visit(world, site), 1, /KT60\d/);
  await expectNothingLeft(world);
});
