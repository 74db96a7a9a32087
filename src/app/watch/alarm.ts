/** No timer sleeps longer, so that a machine that was suspended or a clock that was set is noticed soon. */
const longestSleepMs = 60_000;

/** Sleeps until a time of the wall clock, until somebody rings, or until the end. */
export class Alarm {
  private wake: () => void = () => undefined;
  private hasRung = false;

  /** @param now epoch milliseconds */
  constructor(private readonly now: () => number) {}

  /** Ends the sleep, or the next one if nobody sleeps. */
  ring(): void {
    this.hasRung = true;
    this.wake();
  }

  /** Never rejects. */
  async sleepUntil(at: number, signal: AbortSignal): Promise<void> {
    while (!this.hasRung && !signal.aborted) {
      const left = at - this.now();
      if (!(left > 0)) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, longestSleepMs));
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', this.wake, { once: true });
      });
      signal.removeEventListener('abort', this.wake);
      this.wake = () => undefined;
    }
    this.hasRung = false;
  }
}
