export interface Picture {
  /** The tab's id. */
  readonly tab: number;
  readonly jpeg: Buffer;
  readonly isSharp: boolean;
  readonly width: number;
  readonly height: number;
  readonly offsetTop: number;
}

/** With one in flight, every picture waits a round trip. More than two only queue up on a slow link. */
const mostInFlight = 2;

/**
 * Sizes of the moving picture, smallest first. A larger picture arrives later: it takes longer to capture, compress,
 * send and draw. So the view starts with the smallest size and grows when there is time to spare.
 */
export const movingSizes = [
  { width: 400, quality: 30 },
  { width: 640, quality: 45 },
  { width: 960, quality: 55 },
] as const;

export interface FramePacingDeps {
  /** Returns false when there was nothing to send. */
  readonly send: (n: number, picture: Picture) => boolean;
  readonly now: () => number;
  /** Called when the link gets faster or slower, with the index in {@link movingSizes} that now fits. */
  readonly onSize: (index: number) => void;
}

/** Keeps at most two unacknowledged pictures on their way to the viewer, and only the newest of those that wait. */
export class FramePacing {
  private waiting: Picture | undefined;
  /** The waiting picture was forced, so no other picture may replace it. */
  private isTurnTaken = false;
  private readonly inFlight = new Map<number, { sentAt: number; isSharp: boolean }>();
  private count = 0;
  private size = 0;
  private quickestMs = Infinity;
  private slowInARow = 0;
  private quickInARow = 0;
  private sharpMs = 0;

  constructor(private readonly deps: FramePacingDeps) {}

  /**
   * Returns false when the picture has to wait, which tells the source to slow down. `isForced` is for a sharp picture
   * of a page that never rests: it is sent next even if the link is always full. Otherwise it would never be sent.
   */
  offer(picture: Picture, isForced = false): boolean {
    // A newer picture is already waiting, so this sharp one is out of date.
    if (picture.isSharp && this.waiting && !isForced) return false;
    if (!picture.isSharp && this.waiting && this.isTurnTaken) return false;
    this.waiting = picture;
    this.isTurnTaken = isForced;
    this.flush();
    return isForced || this.waiting === undefined;
  }

  /** Returns false when picture `n` was not in flight. */
  acknowledge(n: number): boolean {
    const sent = this.inFlight.get(n);
    if (!sent) return false;
    this.inFlight.delete(n);
    const tookMs = this.deps.now() - sent.sentAt;
    if (sent.isSharp) this.sharpMs = Math.max(0, tookMs - this.quickestMs);
    else this.judge(tookMs);
    this.flush();
    return true;
  }

  get isFull(): boolean {
    return this.inFlight.size >= mostInFlight;
  }

  /** How long a sharp picture keeps the link busy. The viewer sees later changes that much later. */
  get sharpCostMs(): number {
    return this.sharpMs;
  }

  /** For when the viewer is gone: pictures in flight will never be acknowledged. */
  reset(): void {
    this.inFlight.clear();
    this.waiting = undefined;
    this.quickestMs = Infinity;
  }

  private flush(): void {
    if (!this.waiting || this.isFull) return;
    const picture = this.waiting;
    this.waiting = undefined;
    const sentAt = this.deps.now();
    if (!this.deps.send(this.count + 1, picture)) return;
    this.count += 1;
    this.inFlight.set(this.count, { sentAt, isSharp: picture.isSharp });
  }

  private judge(tookMs: number): void {
    this.quickestMs = Math.min(this.quickestMs, tookMs);
    const extraMs = tookMs - this.quickestMs;
    this.slowInARow = extraMs > 80 ? this.slowInARow + 1 : 0;
    this.quickInARow = tookMs < 45 ? this.quickInARow + 1 : 0;
    if (this.slowInARow >= 4) this.resize(-1);
    else if (this.quickInARow >= 30) this.resize(1);
  }

  private resize(step: number): void {
    this.slowInARow = 0;
    this.quickInARow = 0;
    const size = Math.min(movingSizes.length - 1, Math.max(0, this.size + step));
    if (size === this.size) return;
    this.size = size;
    this.deps.onSize(size);
  }
}
