import type { FromViewer } from '../from-viewer.js';
import { endCode, type Ending, type PictureHead, type ToViewer } from '../protocol.js';

const pingEveryMs = 4000;
const silentAfterMs = 9000;
const retryMs = 500;

/** Claims the link, once, and then removes the token from the address bar and the history. */
export async function claimLink(): Promise<'claimed' | Ending> {
  const answer = await fetch('claim', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: location.hash.slice(1) }),
  });
  history.replaceState(null, '', location.pathname);
  if (answer.ok) return 'claimed';
  const { error } = (await answer.json().catch(() => ({}))) as { error?: string };
  return (['used', 'resolved', 'gave-up', 'expired', 'closed'] as const).find((each) => each === error) ?? 'wrong';
}

/** The one WebSocket, reopened for as long as the view lasts. */
export class Connection {
  private socket: WebSocket | undefined;
  /** What was typed while the connection was lost. */
  private typed: FromViewer[] = [];
  private heardAt = 0;

  constructor(
    private readonly events: {
      readonly onMessage: (message: ToViewer) => void;
      readonly onPicture: (head: PictureHead, jpeg: Blob) => void;
      readonly onState: (state: 'open' | 'lost') => void;
      readonly onEnding: (ending: Ending) => void;
    },
  ) {
    window.setInterval(() => this.checkLife(), pingEveryMs);
    window.addEventListener('offline', () => this.drop());
  }

  open(): void {
    const socket = new WebSocket(new URL('live', location.href).href.replace(/^http/, 'ws'));
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.heardAt = performance.now();
    socket.onopen = () => {
      this.events.onState('open');
      for (const message of this.typed.splice(0)) this.send(message);
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.heardAt = performance.now();
      if (typeof data === 'string') this.events.onMessage(JSON.parse(data) as ToViewer);
      else this.unpack(data);
    };
    socket.onclose = ({ code, reason }) => {
      this.socket = undefined;
      if (code === endCode) this.events.onEnding(reason as Ending);
      else this.retry();
    };
  }

  /** What cannot be sent now is of no use later, except what was typed. */
  send(message: FromViewer): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
    else if (message.type === 'text' || message.type === 'key') this.typed.push(message);
  }

  private unpack(data: ArrayBuffer): void {
    const length = new DataView(data).getUint16(0);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 2, length))) as PictureHead;
    this.events.onPicture(head, new Blob([new Uint8Array(data, 2 + length)], { type: 'image/jpeg' }));
  }

  private retry(): void {
    this.events.onState('lost');
    window.setTimeout(() => this.open(), retryMs);
  }

  private checkLife(): void {
    if (performance.now() - this.heardAt > silentAfterMs) this.drop();
    else this.send({ type: 'ping' });
  }

  /** Does not wait for the closing handshake, which a dead network never answers. */
  private drop(): void {
    const { socket } = this;
    if (!socket) return;
    this.socket = undefined;
    socket.onclose = socket.onmessage = null;
    socket.close();
    this.retry();
  }
}
