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
      metadata: { deviceWidth: 1280, deviceHeight: 760, offsetTop: 0, timestamp: Date.now() / 1000 },
    });
  }

  get starts(): number {
    return this.sent.filter((method) => method === 'Page.startScreencast').length;
  }
}

interface World {
  readonly moving: FakeSession;
  readonly sharp: FakeSession;
  readonly cast: Screencast;
  /** One entry per offered picture: whether it was sharp. */
  readonly offered: boolean[];
  /** Advances the clock and lets pending work continue. */
  readonly pass: (ms: number) => Promise<void>;
}

/** Only `pass` advances the clock. The test runner needs the real clock, so it is restored at the end. */
async function castOf(work: (world: World) => Promise<void>): Promise<void> {
  const [moving, sharp] = [new FakeSession(), new FakeSession()];
  const offered: boolean[] = [];
  const cast = new Screencast(moving as unknown as CDPSession, sharp as unknown as CDPSession, {
    offer: ({ isSharp }) => offered.push(isSharp) > 0,
    sharpCostMs: () => 0,
    onRest: () => undefined,
  });
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.now() });
  try {
    await work({
      moving,
      sharp,
      cast,
      offered,
      pass: async (ms) => {
        for (let at = 0; at < ms; at += 10) {
          mock.timers.tick(10);
          await Promise.resolve();
        }
      },
    });
  } finally {
    await cast.stop();
    mock.timers.reset();
  }
}

test('a moving picture comes at once, and a sharp one when the page rests', () =>
  castOf(async ({ cast, offered, sharp, pass }) => {
    await cast.start();
    expect(offered).toEqual([false]);
    await pass(60_000);
    expect(offered).toEqual([false, true]);
    expect(sharp.starts).toBe(1);
  }));

test('a sharp picture that does not arrive is requested again', () =>
  castOf(async ({ cast, offered, sharp, pass }) => {
    sharp.isSilent = true;
    await cast.start();
    await pass(4000);
    expect(sharp.starts).toBe(2);
    sharp.isSilent = false;
    await pass(60_000);
    expect(offered).toEqual([false, true]);
    expect(sharp.starts).toBe(3);
  }));

test('a change after a sharp picture gets another sharp picture', () =>
  castOf(async ({ cast, offered, moving, sharp, pass }) => {
    sharp.isSilent = true;
    await cast.start();
    cast.touched();
    await pass(500);
    expect(sharp.starts).toBe(1);
    sharp.picture();
    moving.picture();
    await pass(1000);
    expect(sharp.starts).toBe(2);
    expect(offered).toEqual([false, true, false]);
  }));

test('a stopped cast requests no more pictures', () =>
  castOf(async ({ cast, sharp, pass }) => {
    sharp.isSilent = true;
    await cast.start();
    await pass(500);
    await cast.stop();
    await pass(60_000);
    expect(sharp.starts).toBe(1);
  }));
