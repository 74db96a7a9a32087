import type { WebSocket } from 'ws';
import { FramePacing, type Picture } from './frame-pacing.js';
import { PictureChanges } from './picture-changes.js';
import { packPicture, parseFromViewer, type FromViewer, type ToViewer } from './protocol.js';

export interface ViewerConnectionDeps {
  readonly onMessage: (message: FromViewer) => void;
  readonly onGone: () => void;
  /** The viewer could not show a part of a picture and needs a whole one. */
  readonly onLost: () => void;
  /** The size of the moving picture, see {@link FramePacing}. */
  readonly onSize: (index: number) => void;
  readonly now: () => number;
}

const heartbeatMs = 10_000;
/** WebSocket close codes of our own. The viewer does not reconnect by itself after these. */
const closeCodes = { replaced: 4001, ended: 4002, badMessage: 4003 } as const;

/** The viewer's one WebSocket. A newer socket replaces the older one. */
export class ViewerConnection {
  private socket: WebSocket | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private readonly pacing: FramePacing;
  private readonly changes = new PictureChanges();
  private shown = '';

  constructor(private readonly deps: ViewerConnectionDeps) {
    this.pacing = new FramePacing({
      send: (n, picture) => this.sendPicture(n, picture),
      now: deps.now,
      onSize: deps.onSize,
    });
  }

  get isOpen(): boolean {
    return this.socket !== undefined;
  }

  accept(socket: WebSocket): void {
    this.drop(closeCodes.replaced, 'opened in another tab');
    this.socket = socket;
    this.pacing.reset();
    this.shown = '';
    let isAlive = true;
    socket.on('pong', () => (isAlive = true));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (socket !== this.socket) return;
      const message = isBinary ? undefined : parseFromViewer(data.toString());
      if (!message) socket.close(closeCodes.badMessage, 'not understood');
      else if (message.type === 'ack') this.acknowledged(message);
      else if (message.type === 'ping') this.send({ type: 'pong' });
      else this.deps.onMessage(message);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (socket !== this.socket) return;
      this.forget();
      this.deps.onGone();
    });
    // A phone that loses its network does not close the socket.
    this.heartbeat = setInterval(() => {
      if (!isAlive) socket.terminate();
      isAlive = false;
      socket.ping();
    }, heartbeatMs);
    this.heartbeat.unref();
  }

  send(message: ToViewer): void {
    this.socket?.send(JSON.stringify(message));
  }

  show(picture: Picture, isForced = false): boolean {
    return this.pacing.offer(picture, isForced);
  }

  get sharpCostMs(): number {
    return this.pacing.sharpCostMs;
  }

  /** Messages that were already sent still arrive. */
  end(reason: string): void {
    this.drop(closeCodes.ended, reason);
  }

  private acknowledged({ n, isLost }: Extract<FromViewer, { type: 'ack' }>): void {
    if (!this.pacing.acknowledge(n) || !isLost) return;
    this.changes.stop();
    this.deps.onLost();
  }

  private sendPicture(n: number, { jpeg, ...head }: Picture): boolean {
    // For another tab or size, the viewer starts from an empty picture.
    const shown = `${head.tab} ${head.width} ${head.height}`;
    if (shown !== this.shown) this.changes.reset();
    this.shown = shown;
    const part = this.changes.next(jpeg, head.isSharp);
    if (!part) return false;
    this.socket?.send(packPicture({ n, ...head, changes: part.changes }, part.jpeg));
    return true;
  }

  private drop(code: number, reason: string): void {
    const { socket } = this;
    if (!socket) return;
    this.forget();
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), 1000).unref();
  }

  private forget(): void {
    clearInterval(this.heartbeat);
    this.socket = undefined;
    this.pacing.reset();
  }
}
