import type { Clock } from '../../lib/clock.js';

/** Sleeps until a time of day, until somebody rings, or until the end. */
export class Alarm {
  private sleep = new AbortController();

  constructor(private readonly clock: Clock) {}

  /** Ends the sleep, or the next one if nobody sleeps. */
  ring(): void {
    this.sleep.abort();
  }

  /** Never rejects. */
  async sleepUntil(at: number, signal: AbortSignal): Promise<void> {
    await this.clock.sleepUntil(at, AbortSignal.any([signal, this.sleep.signal]));
    if (this.sleep.signal.aborted) this.sleep = new AbortController();
  }
}
