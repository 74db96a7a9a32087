import type { CDPSession } from 'playwright';
import type { Picture } from './frame-pacing.js';
import { pictureQuality } from './picture-changes.js';

export interface ScreencastDeps {
  /** Sends a picture. Returns false when the picture has to wait. */
  readonly offer: (picture: Omit<Picture, 'tab'>) => boolean;
  /** Called when the page has been still for a moment after a change, and now and then while it moves. */
  readonly onRest: () => void;
}

/** A busy machine must not spend its time on compressing pictures, or the moves of a drag would get lost. */
const intervalMs = 66;
const crowdedIntervalMs = 100;
/** More than two intervals, so that the picture of a new cast is acknowledged at once. */
const restMs = 150;
const mostMotionMs = 1000;
const restEveryMs = 500;
/** A picture of a new cast arrives within a frame or two. One that has not arrived by now never will. */
const lostMs = 3000;
/** More pixels are wasted on a phone, and cost time. */
const mostPixels = 1600;

/** Chromium drops pictures while one is not acknowledged. Once the page rests, a new cast shows the last change. */
export class Screencast {
  private isRunning = false;
  private mayLackChange = false;
  private lastFrameAt = 0;
  private lastAckAt = 0;
  private lastRestAt = 0;
  private movingSince: number | undefined;
  private restTimer: NodeJS.Timeout | undefined;
  private readonly ackTimers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly cdp: CDPSession,
    private readonly deps: ScreencastDeps,
  ) {
    cdp.on('Page.screencastFrame', ({ data, sessionId, metadata }) => {
      if (!this.isRunning) return;
      this.lastFrameAt = Date.now();
      this.movingSince ??= this.lastFrameAt;
      const { deviceWidth: width, deviceHeight: height, offsetTop } = metadata;
      const isTaken = deps.offer({ jpeg: Buffer.from(data, 'base64'), width, height, offsetTop });
      this.acknowledge(sessionId, isTaken ? intervalMs : crowdedIntervalMs);
      this.scheduleRest();
    });
  }

  /** The first picture comes at once, even if nothing moves. */
  async start(): Promise<void> {
    this.isRunning = true;
    this.mayLackChange = true;
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => void this.restart(), lostMs);
    const size = { maxWidth: mostPixels, maxHeight: mostPixels };
    await this.cdp
      .send('Page.startScreencast', { format: 'jpeg', quality: pictureQuality, ...size })
      .catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    clearTimeout(this.restTimer);
    for (const timer of this.ackTimers) clearTimeout(timer);
    this.ackTimers.clear();
    await this.cdp.send('Page.stopScreencast').catch(() => undefined);
  }

  private async restart(): Promise<void> {
    await this.cdp.send('Page.stopScreencast').catch(() => undefined);
    if (this.isRunning) await this.start();
  }

  private acknowledge(sessionId: number, intervalMs: number): void {
    const now = Date.now();
    const dueAt = Math.max(now, this.lastAckAt + intervalMs);
    this.lastAckAt = dueAt;
    this.mayLackChange = dueAt > now;
    const timer = setTimeout(() => {
      this.ackTimers.delete(timer);
      void this.cdp.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
    }, dueAt - now);
    this.ackTimers.add(timer);
  }

  private scheduleRest(): void {
    clearTimeout(this.restTimer);
    const now = Date.now();
    const restAt = Math.min(this.lastFrameAt + restMs, (this.movingSince ?? now) + mostMotionMs);
    this.restTimer = setTimeout(() => this.rest(), Math.max(restAt, this.lastRestAt + restEveryMs, now) - now);
  }

  private rest(): void {
    const now = Date.now();
    this.lastRestAt = now;
    this.movingSince = undefined;
    this.deps.onRest();
    if (this.mayLackChange && now - this.lastFrameAt >= restMs) void this.restart();
  }
}
