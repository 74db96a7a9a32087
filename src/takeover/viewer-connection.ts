import type { WebSocket } from 'ws';
import { parseFromViewer, type FromViewer } from './from-viewer.js';
import { PictureChanges } from './picture-changes.js';
import { endCode, type Ending, type PictureHead, type ToViewer } from './protocol.js';

/** What the viewer sends, except what the connection itself answers. */
export type ViewerInput = Exclude<FromViewer, { readonly type: 'ack' | 'ping' }>;

/** A phone that loses its network does not close the socket, and one that shows another app pings less often. */
const silentAfterMs = 30_000;

/** The viewer's one WebSocket. A newer socket replaces the older one. */
export class ViewerConnection {
  private current: { readonly socket: WebSocket; readonly pacing: FramePacing } | undefined;

  constructor(
    private readonly deps: { readonly onMessage: (message: ViewerInput) => void; readonly onGone: () => void },
  ) {}

  get isOpen(): boolean {
    return this.current !== undefined;
  }

  accept(socket: WebSocket): void {
    this.end('replaced');
    const current = { socket, pacing: pictures(socket) };
    this.current = current;
    const silence = setTimeout(() => socket.terminate(), silentAfterMs).unref();
    socket.on('message', (data: Buffer) => {
      silence.refresh();
      const message = parseFromViewer(data.toString());
      if (!message || current !== this.current) return;
      if (message.type === 'ack') current.pacing.acknowledge();
      else if (message.type === 'ping') this.send({ type: 'pong' });
      else this.deps.onMessage(message);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(silence);
      if (current !== this.current) return;
      this.current = undefined;
      this.deps.onGone();
    });
  }

  send(message: ToViewer): void {
    this.current?.socket.send(JSON.stringify(message));
  }

  show(jpeg: Buffer): void {
    this.current?.pacing.offer(jpeg);
  }

  /** Messages that were already sent still arrive. */
  end(reason: Ending): void {
    const socket = this.current?.socket;
    this.current = undefined;
    socket?.close(endCode, reason);
    setTimeout(() => socket?.terminate(), 1000).unref();
  }
}

/** A new viewer has no picture yet and nothing in flight. */
function pictures(socket: WebSocket): FramePacing {
  const changes = new PictureChanges();
  return new FramePacing(async (picture) => {
    const changed = await changes.next(picture);
    if (!changed || socket.readyState !== socket.OPEN) return false;
    socket.send(packPicture({ at: changed.at }, changed.jpeg));
    return true;
  });
}

function packPicture(head: PictureHead, jpeg: Buffer): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(json.length);
  return Buffer.concat([length, json, jpeg]);
}

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
