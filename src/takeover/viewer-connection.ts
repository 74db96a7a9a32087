import type { WebSocket } from 'ws';
import { FramePacing, type Picture } from './frame-pacing.js';
import { PictureChanges } from './picture-changes.js';
import { packPicture, parseFromViewer, type FromViewer, type ToViewer } from './protocol.js';

/** What the viewer sends, except what the connection itself answers. */
export type ViewerInput = Exclude<FromViewer, { readonly type: 'ack' | 'ping' }>;

const heartbeatMs = 10_000;
/** WebSocket close codes of our own. The viewer does not reconnect by itself after these. */
const closeCodes = { replaced: 4001, ended: 4002, badMessage: 4003 } as const;

/** The viewer's one WebSocket. A newer socket replaces the older one. */
export class ViewerConnection {
  private socket: WebSocket | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private pacing: FramePacing | undefined;

  constructor(
    private readonly deps: { readonly onMessage: (message: ViewerInput) => void; readonly onGone: () => void },
  ) {}

  get isOpen(): boolean {
    return this.socket !== undefined;
  }

  accept(socket: WebSocket): void {
    this.drop(closeCodes.replaced, 'opened in another tab');
    this.socket = socket;
    const pacing = pictures(socket);
    this.pacing = pacing;
    let isAlive = true;
    socket.on('pong', () => (isAlive = true));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (socket !== this.socket) return;
      const message = isBinary ? undefined : parseFromViewer(data.toString());
      if (!message) socket.close(closeCodes.badMessage, 'not understood');
      else if (message.type === 'ack') pacing.acknowledge(message.n);
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

  show(picture: Picture): boolean {
    return this.pacing?.offer(picture) ?? false;
  }

  /** Messages that were already sent still arrive. */
  end(reason: string): void {
    this.drop(closeCodes.ended, reason);
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
    this.pacing = undefined;
  }
}

/** A new viewer has no picture yet and nothing in flight. */
function pictures(socket: WebSocket): FramePacing {
  const changes = new PictureChanges();
  return new FramePacing(async (n, { jpeg, ...head }) => {
    const changed = await changes.next(jpeg);
    if (!changed || socket.readyState !== socket.OPEN) return false;
    socket.send(packPicture({ n, ...head, at: changed.at }, changed.jpeg));
    return true;
  });
}
