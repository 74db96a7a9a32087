import type { CDPSession } from 'playwright';
import { pictureQuality } from './picture-changes.js';

export interface ScreencastDeps {
  readonly onPicture: (jpeg: Buffer) => void;
  /** Called when the page has been still for a moment after a change, and now and then while it moves. */
  readonly onRest: () => void;
}

/** A busy machine must not spend its time on compressing pictures, or the moves of a drag would get lost. */
const intervalMs = 66;
/** More than two intervals, so that the picture of a new cast is acknowledged at once. */
const restMs = 150;
const mostMotionMs = 1000;
/** A picture of a new cast arrives within a frame or two. One that has not arrived by now never will. */
const lostMs = 3000;

/** Chromium drops pictures while one is not acknowledged. Once the page rests, a new cast shows the last change. */
export class Screencast {
  private isRunning = false;
  private mayLackChange = false;
  private lastFrameAt = 0;
  private lastAckAt = 0;
  private movingSince: number | undefined;
  private restTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly cdp: CDPSession,
    private readonly deps: ScreencastDeps,
  ) {
    cdp.on('Page.screencastFrame', ({ data, sessionId }) => {
      if (!this.isRunning) return;
      this.deps.onPicture(Buffer.from(data, 'base64'));
      const now = Date.now();
      this.lastFrameAt = now;
      this.movingSince ??= now;
      this.lastAckAt = Math.max(now, this.lastAckAt + intervalMs);
      this.mayLackChange = this.lastAckAt > now;
      const acknowledge = () => void cdp.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
      setTimeout(acknowledge, this.lastAckAt - now);
      this.waitForRest(Math.min(restMs, this.movingSince + mostMotionMs - now));
    });
  }

  /** Also starts again. The first picture comes at once, even if nothing moves. */
  start(): void {
    this.stop();
    this.isRunning = true;
    this.mayLackChange = true;
    this.waitForRest(lostMs);
    void this.cdp.send('Page.startScreencast', { format: 'jpeg', quality: pictureQuality }).catch(() => undefined);
  }

  /** Not awaited: a page that is closing may never answer. */
  stop(): void {
    this.isRunning = false;
    clearTimeout(this.restTimer);
    void this.cdp.send('Page.stopScreencast').catch(() => undefined);
  }

  private waitForRest(ms: number): void {
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.rest(), ms);
  }

  private rest(): void {
    if (this.movingSince !== undefined) this.deps.onRest();
    this.movingSince = undefined;
    if (!this.mayLackChange) return;
    if (Date.now() - this.lastFrameAt < restMs) this.waitForRest(restMs);
    else this.start();
  }
}
