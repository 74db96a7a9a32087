import type { PointerSample } from './protocol.js';

const leastBufferMs = 8;
const mostBufferMs = 100;
/** No sample is delayed for longer than this, whatever the viewer's clock says. */
const mostAheadMs = 400;

/**
 * Replays the samples of a gesture at the speed of the hand. The network delivers them in bursts, which must reach
 * neither Chromium (it merges close events) nor a page that watches how a slider is dragged. The first sample waits as
 * long as the link was recently uneven, at most 100 ms.
 */
export class PointerReplay {
  private readonly queue: { sample: PointerSample; dueAt: number }[] = [];
  private cancelTimer: (() => void) | undefined;
  /** Viewer time + offset = the time to play a sample. */
  private offset: number | undefined;
  private least = Infinity;
  private spread = 0;
  private jitterMs = 30;

  constructor(
    private readonly deps: {
      readonly play: (sample: PointerSample) => void;
      readonly now: () => number;
      /** Runs `work` after `ms`; the returned function cancels it. */
      readonly later: (ms: number, work: () => void) => () => void;
    },
  ) {}

  push(samples: readonly PointerSample[]): void {
    const arrivedAt = this.deps.now();
    const last = samples.at(-1);
    if (!last) return;
    const first = samples[0] as PointerSample;
    if (this.offset === undefined || first[0] === 1) {
      this.offset = arrivedAt - first[1] + Math.min(mostBufferMs, Math.max(leastBufferMs, this.jitterMs));
      this.least = Infinity;
      this.spread = 0;
    }
    const transit = arrivedAt - last[1];
    this.least = Math.min(this.least, transit);
    this.spread = Math.max(this.spread, transit - this.least);
    for (const sample of samples) {
      const before = this.queue.at(-1)?.dueAt ?? 0;
      const dueAt = Math.min(Math.max(before, sample[1] + this.offset), arrivedAt + mostAheadMs);
      this.queue.push({ sample, dueAt });
      if (sample[0] >= 2) this.endGesture();
    }
    this.run();
  }

  clear(): void {
    this.queue.length = 0;
    this.offset = undefined;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  private endGesture(): void {
    this.jitterMs = Math.max(this.spread, this.jitterMs * 0.7);
    this.offset = undefined;
  }

  private run(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    let next = this.queue[0];
    while (next && next.dueAt <= this.deps.now() + 0.5) {
      this.queue.shift();
      this.deps.play(next.sample);
      next = this.queue[0];
    }
    if (next) this.cancelTimer = this.deps.later(next.dueAt - this.deps.now(), () => this.run());
  }
}
