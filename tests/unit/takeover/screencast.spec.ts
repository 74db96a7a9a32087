import { EventEmitter } from 'node:events';
import { mock } from 'node:test';
import { test, expect } from '@playwright/test';
import type { CDPSession } from 'playwright';
import { Screencast } from '../../../src/takeover/screencast.js';

/** Stands in for Chromium: sends a picture when a cast starts, and otherwise only when `picture()` is called. */
class FakeSession extends EventEmitter {
  readonly sent: string[] = [];
  isSilent = false;

  send(method: string): Promise<void> {
    this.sent.push(method);
    if (method === 'Page.startScreencast' && !this.isSilent) this.picture();
    return Promise.resolve();
  }

  picture(): void {
    this.emit('Page.screencastFrame', {
      data: '',
      sessionId: this.sent.length,
      metadata: { deviceWidth: 1280, deviceHeight: 760, offsetTop: 0 },
    });
  }

  get starts(): number {
    return this.sent.filter((method) => method === 'Page.startScreencast').length;
  }
}

interface World {
  readonly cdp: FakeSession;
  readonly cast: Screencast;
  /** How many pictures were offered. */
  readonly offered: () => number;
  readonly rests: () => number;
  /** Advances the clock and lets pending work continue. */
  readonly pass: (ms: number) => Promise<void>;
}

/** Only `pass` advances the clock. The test runner needs the real clock, so it is restored at the end. */
async function castOf(work: (world: World) => Promise<void>): Promise<void> {
  const cdp = new FakeSession();
  let [offered, rests] = [0, 0];
  const cast = new Screencast(cdp as unknown as CDPSession, {
    onPicture: () => (offered += 1),
    onRest: () => (rests += 1),
  });
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.now() });
  try {
    await work({
      cdp,
      cast,
      offered: () => offered,
      rests: () => rests,
      pass: async (ms) => {
        for (let at = 0; at < ms; at += 10) {
          mock.timers.tick(10);
          for (let i = 0; i < 5; i += 1) await Promise.resolve();
        }
      },
    });
  } finally {
    cast.stop();
    mock.timers.reset();
  }
}

test('a picture comes at once, and none while the page rests', () =>
  castOf(async ({ cast, cdp, offered, rests, pass }) => {
    cast.start();
    expect(offered()).toBe(1);
    await pass(60_000);
    expect(offered()).toBe(1);
    expect(cdp.starts).toBe(1);
    expect(rests()).toBe(1);
  }));

test('after quick changes a new cast shows the last one, which Chromium may have dropped', () =>
  castOf(async ({ cast, cdp, offered, pass }) => {
    cast.start();
    await pass(2500);
    cdp.picture();
    cdp.picture();
    await pass(60_000);
    expect(cdp.starts).toBe(2);
    expect(offered()).toBe(4);
  }));

test('a caret that blinks starts no new cast', () =>
  castOf(async ({ cast, cdp, pass }) => {
    cast.start();
    for (let i = 0; i < 20; i += 1) {
      await pass(500);
      cdp.picture();
    }
    expect(cdp.starts).toBe(1);
  }));

test('a page that never rests is looked at every second or two', () =>
  castOf(async ({ cast, cdp, rests, pass }) => {
    cast.start();
    for (let i = 0; i < 200; i += 1) {
      await pass(50);
      cdp.picture();
    }
    expect(rests()).toBeGreaterThanOrEqual(4);
    expect(rests()).toBeLessThanOrEqual(12);
    expect(cdp.starts).toBe(1);
  }));

test('pictures in quick succession are acknowledged one after the other', () =>
  castOf(async ({ cast, cdp, pass }) => {
    cast.start();
    const acknowledged = () => cdp.sent.filter((method) => method === 'Page.screencastFrameAck').length;
    await pass(100);
    const before = acknowledged();
    cdp.picture();
    cdp.picture();
    await pass(50);
    expect(acknowledged()).toBe(before + 1);
    await pass(50);
    expect(acknowledged()).toBe(before + 2);
  }));

test('a cast whose picture does not arrive is started again', () =>
  castOf(async ({ cast, cdp, offered, pass }) => {
    cdp.isSilent = true;
    cast.start();
    await pass(4000);
    expect(cdp.starts).toBe(2);
    cdp.isSilent = false;
    await pass(60_000);
    expect(offered()).toBe(1);
    expect(cdp.starts).toBe(3);
  }));

test('a stopped cast is not started again', () =>
  castOf(async ({ cast, cdp, pass }) => {
    cdp.isSilent = true;
    cast.start();
    cast.stop();
    await pass(60_000);
    expect(cdp.starts).toBe(1);
  }));
