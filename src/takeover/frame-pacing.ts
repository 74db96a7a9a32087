import type { PictureHead } from './protocol.js';

export type Picture = Omit<PictureHead, 'n' | 'at'> & { readonly jpeg: Buffer };

/** With one in flight, every picture waits a round trip. More than two only queue up on a slow link. */
const mostInFlight = 2;

/** Keeps at most two unacknowledged pictures on their way to the viewer, and only the newest of those that wait. */
export class FramePacing {
  private waiting: Picture | undefined;
  private isSending = false;
  private readonly inFlight = new Set<number>();
  private count = 0;

  /** `send` resolves to false when there was nothing to send. */
  constructor(private readonly send: (n: number, picture: Picture) => Promise<boolean>) {}

  /** Returns false when the picture has to wait, which tells the source to slow down. */
  offer(picture: Picture): boolean {
    this.waiting = picture;
    void this.flush();
    return this.waiting === undefined;
  }

  acknowledge(n: number): void {
    if (this.inFlight.delete(n)) void this.flush();
  }

  private async flush(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    while (this.waiting && this.inFlight.size < mostInFlight) {
      const picture = this.waiting;
      this.waiting = undefined;
      // Counted before it is sent: the viewer may acknowledge it at once.
      const n = (this.count += 1);
      this.inFlight.add(n);
      if (!(await this.send(n, picture).catch(() => false))) this.inFlight.delete(n);
    }
    this.isSending = false;
  }
}
