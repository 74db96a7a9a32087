/** The simulator's own time: the machine's, plus whatever it was advanced by. One clock serves the whole simulator. */
export class SimulatedClock {
  private offset: number;
  private readonly realNow: () => number;

  /** `realNow` gives epoch milliseconds; a test that wants a still clock passes a constant. */
  constructor(options: { offsetMs?: number; realNow?: () => number } = {}) {
    this.offset = options.offsetMs ?? 0;
    this.realNow = options.realNow ?? Date.now;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.realNow() + this.offset;
  }

  /** Moves time on; a negative amount moves it back. */
  advance(ms: number): void {
    this.offset += ms;
  }

  /** How far simulated time is ahead of the machine's; what a child process is to be shifted by. */
  get offsetMs(): number {
    return this.offset;
  }
}
