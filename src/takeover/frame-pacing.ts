export interface Picture {
  /** The tab's number. */
  readonly tab: number;
  readonly jpeg: Buffer;
  readonly isSharp: boolean;
  readonly width: number;
  readonly height: number;
  readonly offsetTop: number;
}

/** With one in flight each picture costs a round trip; more than two only pile up on a slow link. */
const mostInFlight = 2;

/**
 * Sizes of the moving picture, smallest first. Its size decides how late it is: on the link, and wherever it is taken,
 * compressed and drawn. So it begins with the smallest, and grows where there is time to spare.
 */
export const movingSizes = [
  { width: 400, quality: 30 },
  { width: 640, quality: 45 },
  { width: 960, quality: 55 },
] as const;

export interface FramePacingDeps {
  /** False when there was nothing to send. */
  readonly send: (n: number, picture: Picture) => boolean;
  readonly now: () => number;
  /** The link got better or worse: another of {@link movingSizes} fits. */
  readonly onSize: (index: number) => void;
}

/** Lets at most two pictures be on their way to the viewer; of those that wait only the newest is kept. */
export class FramePacing {
  private waiting: Picture | undefined;
  /** What waits was forced, so nothing takes its place. */
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
   * False when it has to wait, which asks the source to slow down. `isForced` is for a sharp picture of a page that never
   * rests: it takes the next turn even where the link is always full, or there would never be one.
   */
  offer(picture: Picture, isForced = false): boolean {
    // A sharp picture that comes late is of a moment that a newer one has replaced.
    if (picture.isSharp && this.waiting && !isForced) return false;
    if (!picture.isSharp && this.waiting && this.isTurnTaken) return false;
    this.waiting = picture;
    this.isTurnTaken = isForced;
    this.flush();
    return isForced || this.waiting === undefined;
  }

  /** False for what was not on its way. */
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

  /** How long a sharp picture keeps the link busy: what changes meanwhile is seen that much later. */
  get sharpCostMs(): number {
    return this.sharpMs;
  }

  /** The viewer is gone; what was on its way will never be acknowledged. */
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
