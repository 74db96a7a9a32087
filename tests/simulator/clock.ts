/** The simulated time: the machine's time plus an offset. All parts of a simulator share one clock. */
export class SimulatedClock {
  private offset: number;
  private readonly realNow: () => number;

  /** `realNow` returns epoch milliseconds. For a clock that stands still, pass a function that returns a constant. */
  constructor(options: { offsetMs?: number; realNow?: () => number } = {}) {
    this.offset = options.offsetMs ?? 0;
    this.realNow = options.realNow ?? Date.now;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.realNow() + this.offset;
  }

  /** Advances the clock. A negative value turns it back. */
  advance(ms: number): void {
    this.offset += ms;
  }

  /** How far simulated time is ahead of the machine's time. Child processes get the same offset. */
  get offsetMs(): number {
    return this.offset;
  }
}
