import type { PointerSample } from './from-viewer.js';

/** For an uneven link, beside the time for which the viewer holds back a press because of a second finger. */
const bufferMs = 30;
/** No sample is delayed for longer than this, whatever the viewer's clock says. */
const mostWaitMs = 400;

/**
 * Replays the samples of a gesture at the speed of the hand. The network delivers them in bursts, which must reach
 * neither Chromium (it merges close events) nor a page that watches how a slider is dragged.
 */
export class PointerReplay {
  private queue: PointerSample[] = [];
  /** Viewer time + offset = the time to play a sample. */
  private offset = 0;

  constructor(private readonly play: (sample: PointerSample) => void) {}

  push(samples: readonly PointerSample[]): void {
    const now = Date.now();
    for (const sample of samples) {
      const [kind, at] = sample;
      if (kind === 1) this.offset = now - at + bufferMs;
      this.queue.push(sample);
      const waitMs = Math.max(0, Math.min(mostWaitMs, at + this.offset - now));
      setTimeout(() => this.playOldest(), waitMs);
    }
  }

  clear(): void {
    this.queue = [];
  }

  /** Not the sample of the timer itself: so the order stays, whatever the clocks say. */
  private playOldest(): void {
    const sample = this.queue.shift();
    if (sample) this.play(sample);
  }
}
