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

type TabPicture = Omit<Picture, 'tab'>;

export interface ScreencastDeps {
  /** Sends a picture. Returns false when the picture has to wait. */
  readonly offer: (picture: TabPicture, isForced?: boolean) => boolean;
  /** How long the last sharp picture kept the link busy. */
  readonly sharpCostMs: () => number;
  /** Called when the page has been still for a moment after a change. */
  readonly onRest: () => void;
}

const steadyIntervalMs = 33;
/** During a drag a busy machine must not spend its time on compressing pictures, or moves would get lost. */
const dragIntervalMs = 66;
const crowdedIntervalMs = 100;
const calmIntervalMs = 66;
const restMs = 130;
/** A pause in a drag means that the person checks the position. Sooner, the sharp picture would delay the next move. */
const dragRestMs = 300;
/** On a slow link a sharp picture delays the next change, so the page has to rest for longer first. */
const mostRestMs = 600;
const sharpEveryMs = 300;
/** A sharp picture arrives within a frame or two. One that has not arrived by now never will. */
const lostSharpMs = 3000;
/** A page that never rests, such as one with a spinner behind its dialog, gets a sharp picture after this time. */
const mostMotionMs = 700;
/** A page that moves by itself (a caret, a spinner) and is not touched for this long gets fewer sharp pictures. */
const calmAfterMs = 5000;
const calmSharpEveryMs = 2000;
const sharpQuality = 78;
const mostSharpWidth = 1600;

/**
 * The picture of one page: small while things move, sharp when they rest. It takes two casts on two CDP sessions,
 * because restarting a cast emits a picture that cannot be told from a change. Chromium drops pictures while it waits
 * for an acknowledgement, so the moving cast can miss the last change; the sharp picture shows it.
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

  /** The first picture comes at once, even if nothing moves. */
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

  /** `index` in {@link movingSizes}. */
  async setSize(index: number): Promise<void> {
    this.size = index;
    if (!this.isRunning) return;
    await this.moving.send('Page.stopScreencast').catch(() => undefined);
    await this.startMoving();
  }

  /** `pixels`: the width of the whole page on the viewer's screen. A wider picture would be wasted. */
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
    // The height never limits the picture: a portrait page gets as many pixels across as any other.
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
    // A sharp picture older than the last moving one is stale. A forced one always is; the next one corrects it.
    const isStale = !this.isForced && this.lastMovingStamp > (frame.metadata.timestamp ?? Infinity);
    if (isStale || !this.deps.offer(picture(frame, true), this.isForced)) this.scheduleSharp();
    else this.movingSince = undefined;
  };
}

function picture(frame: ScreencastFrame, isSharp: boolean): TabPicture {
  const { deviceWidth, deviceHeight, offsetTop } = frame.metadata;
  return { jpeg: Buffer.from(frame.data, 'base64'), isSharp, width: deviceWidth, height: deviceHeight, offsetTop };
}
