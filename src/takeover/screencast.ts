import type { CDPSession } from 'playwright';
import { movingSizes, type Picture } from './frame-pacing.js';

interface ScreencastFrame {
  readonly data: string;
  readonly sessionId: number;
  readonly metadata: {
    readonly deviceWidth: number;
    readonly deviceHeight: number;
    readonly offsetTop: number;
    readonly timestamp?: number;
  };
}

/** Of the one tab that this is the cast of. */
export type TabPicture = Omit<Picture, 'tab'>;

export interface ScreencastDeps {
  /** Takes a picture on its way; false when it has to wait. */
  readonly offer: (picture: TabPicture, isForced?: boolean) => boolean;
  /** How long the last sharp picture kept the link busy. */
  readonly sharpCostMs: () => number;
  /** The page has been still for a moment after it changed. */
  readonly onRest: () => void;
}

const steadyIntervalMs = 33;
/** While a hand drags, a busy machine has better things to do than to compress pictures: moves would get lost. */
const dragIntervalMs = 66;
const crowdedIntervalMs = 100;
const calmIntervalMs = 66;
const restMs = 130;
/** A hand that pauses in a drag looks where it is; any sooner, the sharp picture would be in the way of its next move. */
const dragRestMs = 300;
/** On a slow link a sharp picture stands in the way of the next change, so the page has to rest for longer first. */
const mostRestMs = 600;
const sharpEveryMs = 300;
/** A sharp picture is there within a frame or two; one that is not will not come. */
const lostSharpMs = 3000;
/** A page that never rests, with a spinner behind its dialog for example, is sharpened all the same. */
const mostMotionMs = 700;
/** A page that moves by itself (a caret, a spinner) and nobody touches is sharpened less often. */
const calmAfterMs = 5000;
const calmSharpEveryMs = 2000;
const sharpQuality = 78;
const mostSharpWidth = 1600;

/**
 * The picture of one page: small while things move, one sharp picture when they rest. Two casts on two CDP sessions, because
 * restarting one would hand out a picture that nothing tells from a change. Chromium drops pictures while it waits
 * for an acknowledgement, so the last change may be missed by the moving cast; the sharp picture has it.
 */
export class Screencast {
  private isRunning = false;
  private isDragging = false;
  private isSharpening = false;
  private size = 0;
  private sharpWidth = 1280;
  private lastAckAt = 0;
  private lastMovingAt = 0;
  private lastMovingStamp = 0;
  private movingSince: number | undefined;
  private isForced = false;
  private lastSharpAt = 0;
  private lastTouchAt = 0;
  private restTimer: NodeJS.Timeout | undefined;
  private lostTimer: NodeJS.Timeout | undefined;
  private readonly ackTimers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly moving: CDPSession,
    private readonly sharp: CDPSession,
    private readonly deps: ScreencastDeps,
  ) {
    moving.on('Page.screencastFrame', this.onMoving);
    sharp.on('Page.screencastFrame', this.onSharp);
  }

  /** The first picture comes at once, moving or not. */
  async start(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    await this.startMoving();
    this.scheduleSharp();
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    this.isSharpening = false;
    clearTimeout(this.restTimer);
    clearTimeout(this.lostTimer);
    for (const timer of this.ackTimers) clearTimeout(timer);
    this.ackTimers.clear();
    await Promise.allSettled([this.moving.send('Page.stopScreencast'), this.sharp.send('Page.stopScreencast')]);
  }

  /** Of {@link movingSizes}. */
  async setSize(index: number): Promise<void> {
    this.size = index;
    if (!this.isRunning) return;
    await this.moving.send('Page.stopScreencast').catch(() => undefined);
    await this.startMoving();
  }

  /** How many pixels the page's whole width takes on the viewer's screen; more than that would be sent for nothing. */
  setSharpWidth(pixels: number): void {
    const width = Math.min(mostSharpWidth, Math.max(320, Math.ceil(pixels)));
    const isFiner = width > this.sharpWidth;
    this.sharpWidth = width;
    if (isFiner && this.isRunning) this.scheduleSharp();
  }

  touched(): void {
    this.lastTouchAt = Date.now();
  }

  setDragging(isDragging: boolean): void {
    this.touched();
    this.isDragging = isDragging;
    if (isDragging) clearTimeout(this.restTimer);
    else this.scheduleSharp();
  }

  private async startMoving(): Promise<void> {
    const { width, quality } = movingSizes[this.size] ?? movingSizes[0];
    // The height alone never decides: a portrait page gets as many pixels across.
    await this.moving
      .send('Page.startScreencast', {
        format: 'jpeg',
        quality,
        maxWidth: width,
        maxHeight: width * 3,
        everyNthFrame: 1,
      })
      .catch(() => undefined);
  }

  private readonly onMoving = (frame: ScreencastFrame): void => {
    if (!this.isRunning) return;
    const now = Date.now();
    this.lastMovingAt = now;
    this.movingSince ??= now;
    this.lastMovingStamp = frame.metadata.timestamp ?? 0;
    const isTaken = this.deps.offer(picture(frame, false));
    const pace = this.isDragging ? dragIntervalMs : this.isCalm(now) ? calmIntervalMs : steadyIntervalMs;
    const interval = isTaken ? pace : crowdedIntervalMs;
    this.acknowledge(frame.sessionId, interval);
    this.scheduleSharp();
  };

  private acknowledge(sessionId: number, intervalMs: number): void {
    const now = Date.now();
    const dueAt = Math.max(now, this.lastAckAt + intervalMs);
    this.lastAckAt = dueAt;
    const send = () => void this.moving.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
    if (dueAt === now) {
      send();
      return;
    }
    const timer = setTimeout(() => {
      this.ackTimers.delete(timer);
      send();
    }, dueAt - now);
    this.ackTimers.add(timer);
  }

  private isCalm(now: number): boolean {
    return now - this.lastTouchAt > calmAfterMs;
  }

  private scheduleSharp(): void {
    clearTimeout(this.restTimer);
    if (!this.isRunning) return;
    const now = Date.now();
    const everyMs = this.isCalm(now) ? calmSharpEveryMs : sharpEveryMs;
    const rest = Math.min(mostRestMs, (this.isDragging ? dragRestMs : restMs) + 8 * this.deps.sharpCostMs());
    const longestAt = this.isDragging ? Infinity : (this.movingSince ?? now) + mostMotionMs + rest;
    const restAt = Math.min(this.lastMovingAt + rest, longestAt);
    const dueAt = Math.max(restAt, this.lastSharpAt + everyMs, now);
    this.restTimer = setTimeout(() => void this.sharpen(), dueAt - now);
  }

  private async sharpen(): Promise<void> {
    this.lastSharpAt = Date.now();
    this.isForced = this.lastSharpAt - this.lastMovingAt < restMs;
    this.isSharpening = true;
    clearTimeout(this.lostTimer);
    this.lostTimer = setTimeout(() => {
      void this.sharp.send('Page.stopScreencast').catch(() => undefined);
      void this.sharpen();
    }, lostSharpMs);
    this.deps.onRest();
    await this.sharp
      .send('Page.startScreencast', {
        format: 'jpeg',
        quality: sharpQuality,
        maxWidth: this.sharpWidth,
        maxHeight: this.sharpWidth * 3,
      })
      .catch(() => undefined);
  }

  private readonly onSharp = (frame: ScreencastFrame): void => {
    if (!this.isSharpening) return;
    this.isSharpening = false;
    clearTimeout(this.lostTimer);
    void this.sharp.send('Page.stopScreencast').catch(() => undefined);
    // Older than what moved last: on a page that never rests that is always so, and the next sharp picture mends it.
    const isStale = !this.isForced && this.lastMovingStamp > (frame.metadata.timestamp ?? Infinity);
    if (isStale || !this.deps.offer(picture(frame, true), this.isForced)) this.scheduleSharp();
    else this.movingSince = undefined;
  };
}

function picture(frame: ScreencastFrame, isSharp: boolean): TabPicture {
  const { deviceWidth, deviceHeight, offsetTop } = frame.metadata;
  return { jpeg: Buffer.from(frame.data, 'base64'), isSharp, width: deviceWidth, height: deviceHeight, offsetTop };
}
