import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLog } from '../../src/lib/log.js';
import { startFarLink, type FarLink } from '../simulator/far-link.js';
import { startSimulator, type Simulator } from '../simulator/simulator.js';
import { devices, test as base, type Browser, type BrowserContext } from './browsers.js';
import { Phone } from './phone.js';
import { shareListener } from '../../src/takeover/listener.js';
import { makeScratchHome } from '../simulator/scratch-home.js';
import { startTakeover, type Takeover, type TakeoverOptions } from '../../src/takeover/start-takeover.js';

/** A takeover with its listener, as a run has them. */
interface TakenOver extends Takeover {
  readonly link: string;
  readonly port: number;
  newLink(): Promise<string>;
}

interface World {
  /** A server for one page. Each test sets its `html`. */
  site: { readonly url: string; html: string };
  simulator: Simulator;
  takeOver: (options?: Partial<TakeoverOptions>) => Promise<TakenOver>;
  /** Forwards to a local port with a varying delay of 40 to 100 ms. The test sets `target`. */
  farLink: FarLink;
  /** Opens another phone. All phones are closed after the test. */
  newPhone: (options?: Parameters<Browser['newContext']>[0]) => Promise<Phone>;
}

/* eslint no-empty-pattern: [error, { allowObjectPatternsAsParameters: true }] --
Playwright requires an object pattern as the first parameter, even an empty one. */
/** Provides a page that needs its owner, and phones to take it over. */
export const test = base.extend<World>({
  page: async ({ page }, use) => {
    await page.setViewportSize({ width: 1280, height: 760 });
    await use(page);
  },
  site: async ({}, use) => {
    const site = { url: '', html: '' };
    const server: Server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><meta charset="utf-8"><title>site</title>${site.html}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await use(Object.assign(site, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
    server.closeAllConnections();
    server.close();
  },
  simulator: async ({}, use) => {
    const simulator = await startSimulator({ weather: { smsResendAfterMs: 0 } });
    await use(simulator);
    await simulator.close();
  },
  takeOver: async ({ page, site }, use) => {
    const open: Takeover[] = [];
    const home = await makeScratchHome('keyturn-takeover-');
    const listener = shareListener({ home, host: '127.0.0.1', port: 0, language: 'auto', log: silentLog });
    await use(async (options = {}) => {
      const account = `work-${open.length}`;
      const takeover = await startTakeover({
        home,
        session: { page },
        account,
        siteTitle: '心流 iFlow',
        kind: 'captcha',
        allowedOrigins: [site.url],
        log: silentLog,
        ...options,
      });
      open.push(takeover);
      const linkTo = (token: string) => listener.linkTo(options.account ?? account, token);
      return {
        ...takeover,
        link: await linkTo(takeover.newToken()!.token),
        port: await listener.port(),
        newLink: () => linkTo(takeover.newToken()!.token),
      };
    });
    for (const takeover of open) await takeover.close();
    listener.close();
    await rm(home, { recursive: true });
  },
  farLink: async ({}, use) => {
    // Like a radio link: the delay varies in waves, and nothing arrives out of order.
    const link = await startFarLink({ delayMs: (sentAt) => 70 + 30 * Math.sin(sentAt / 90) });
    await use(link);
    await link.close();
  },
  newPhone: async ({ browser_ }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser_.newContext({ ...devices['Pixel 7'], locale: 'zh-CN', ...options });
      contexts.push(context);
      return Phone.of(context);
    });
    for (const context of contexts) await context.close();
  },
});

export { expect } from './browsers.js';
