import type { FromViewer, PictureHead, TakeoverEnd, ToViewer } from '../protocol.js';

/** Why the view ended on this device. Some values, such as `used`, come from the claim. */
export type Ending = TakeoverEnd | 'new-link' | 'used' | 'wrong' | 'too-many' | 'replaced' | 'signed-off';

type Typed = Extract<FromViewer, { seq: number }>;
type Untyped<T> = T extends unknown ? Omit<T, 'seq'> : never;

const pingEveryMs = 4000;
const silentAfterMs = 9000;
const retryMs = 500;

/** Claims the link, once. Before anything else, removes the token from the address bar and the history. */
export async function claimLink(): Promise<'claimed' | Ending> {
  const token = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  if (!token) return (await hasSession()) ? 'claimed' : 'signed-off';
  const answer = await fetch('claim', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) return 'claimed';
  // The same phone may open its link twice. Then its cookie counts.
  if (await hasSession()) return 'claimed';
  const { error } = (await answer.json().catch(() => ({}))) as { error?: string };
  if (error === 'over') return 'closed';
  return (['used', 'expired', 'too-many'] as const).find((each) => each === error) ?? 'wrong';
}

export async function hasSession(): Promise<boolean> {
  return (await fetch('session')).status === 204;
}

/** The one WebSocket, reopened for as long as the view lasts. Typed input is kept until the server has received it. */
export class Connection {
  private socket: WebSocket | undefined;
  private unconfirmed: Typed[] = [];
  private seq = 0;
  private retryTimer = 0;
  private heardAt = 0;
  /** From {@link open} to the end of the view. */
  private isActive = false;

  constructor(
    private readonly events: {
      readonly onMessage: (message: ToViewer) => void;
      readonly onPicture: (head: PictureHead, jpeg: Uint8Array<ArrayBuffer>) => void;
      readonly onState: (state: 'open' | 'lost') => void;
      readonly onEnding: (ending: Ending, message?: string) => void;
    },
  ) {
    window.setInterval(() => this.checkLife(), pingEveryMs);
    window.addEventListener('online', () => void this.tryAgain());
    window.addEventListener('offline', () => this.drop());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.checkLife();
    });
  }

  open(): void {
    this.isActive = true;
    const address = new URL('live', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.heardAt = performance.now();
    socket.onopen = () => this.events.onState('open');
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== this.socket) return;
      this.heardAt = performance.now();
      if (typeof data === 'string') this.hear(JSON.parse(data) as ToViewer);
      else this.unpack(data);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.socket) return;
      this.socket = undefined;
      if (code === 4001) this.end('replaced');
      else if (this.isActive) this.retry();
    };
  }

  /** Sends now or not at all: acknowledgements, pointers and buttons are of no use later. */
  send(message: FromViewer): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Typed input arrives once and in order, even if the connection breaks now. */
  type(message: Untyped<Typed>): void {
    this.seq += 1;
    const typed = { ...message, seq: this.seq };
    this.unconfirmed.push(typed);
    this.send(typed);
  }

  private hear(message: ToViewer): void {
    if (message.type === 'received') {
      this.unconfirmed = this.unconfirmed.filter(({ seq }) => seq > message.seq);
      return;
    }
    if (message.type === 'pong') return;
    if (message.type === 'ended') return this.end(message.how, message.message);
    if (message.type === 'hello') {
      this.seq = Math.max(this.seq, message.lastSeq);
      this.unconfirmed = this.unconfirmed.filter(({ seq }) => seq > message.lastSeq);
      for (const typed of this.unconfirmed) this.send(typed);
    }
    this.events.onMessage(message);
  }

  private unpack(data: ArrayBuffer): void {
    const length = new DataView(data).getUint16(0);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 2, length))) as PictureHead;
    this.events.onPicture(head, new Uint8Array(data, 2 + length));
  }

  private end(ending: Ending, message?: string): void {
    this.isActive = false;
    this.socket?.close();
    this.socket = undefined;
    this.events.onEnding(ending, message);
  }

  private retry(): void {
    this.events.onState('lost');
    clearTimeout(this.retryTimer);
    this.retryTimer = window.setTimeout(() => void this.tryAgain(), retryMs);
  }

  /** A page cannot see why an upgrade was rejected, so first ask for the reason. */
  private async tryAgain(): Promise<void> {
    if (!this.isActive || this.socket) return;
    clearTimeout(this.retryTimer);
    const status = await fetch('session').then(
      (answer) => answer.status,
      () => 0,
    );
    if (!this.isActive || this.socket) return;
    if (status === 204) this.open();
    else if (status === 401) this.end('signed-off');
    else if (status === 410) this.end('closed');
    else this.retry();
  }

  private checkLife(): void {
    if (!this.isActive) return;
    if (!this.socket) void this.tryAgain();
    else if (performance.now() - this.heardAt > silentAfterMs) this.drop();
    else this.send({ type: 'ping' });
  }

  /** Does not wait for the closing handshake, which a dead network never answers. */
  private drop(): void {
    const { socket } = this;
    if (!socket || !this.isActive) return;
    this.socket = undefined;
    socket.close();
    this.retry();
  }
}
