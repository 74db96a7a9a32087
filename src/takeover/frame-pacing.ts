/** With one in flight, every picture waits a round trip. More than two only queue up on a slow link. */
const mostInFlight = 2;

/** Keeps at most two unacknowledged pictures on their way to the viewer, and only the newest of those that wait. */
export class FramePacing {
  private waiting: Buffer | undefined;
  private isSending = false;
  private inFlight = 0;

  /** `send` resolves to false when there was nothing to send. */
  constructor(private readonly send: (jpeg: Buffer) => Promise<boolean>) {}

  offer(jpeg: Buffer): void {
    this.waiting = jpeg;
    void this.flush();
  }

  acknowledge(): void {
    this.inFlight = Math.max(0, this.inFlight - 1);
    void this.flush();
  }

  private async flush(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    while (this.waiting && this.inFlight < mostInFlight) {
      const jpeg = this.waiting;
      this.waiting = undefined;
      // Counted before it is sent: the viewer may acknowledge it at once.
      this.inFlight += 1;
      if (!(await this.send(jpeg).catch(() => false))) this.inFlight -= 1;
    }
    this.isSending = false;
  }
}
