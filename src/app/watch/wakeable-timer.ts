import type { Clock } from '../../lib/clock.js';

/** A sleep that ends at a given time, at a call of `wake()`, or when the signal aborts. */
export class WakeableTimer {
  private sleep = new AbortController();

  constructor(private readonly clock: Clock) {}

  /** Ends the current sleep; if there is none, the next one returns at once. */
  wake(): void {
    this.sleep.abort();
  }

  /** Never rejects. */
  async sleepUntil(at: number, signal: AbortSignal): Promise<void> {
    await this.clock.sleepUntil(at, AbortSignal.any([signal, this.sleep.signal]));
    if (this.sleep.signal.aborted) this.sleep = new AbortController();
  }
}
