import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface FarLinkOptions {
  /** The delay in one direction for data sent at this `performance.now()` time. */
  readonly delayMs: (sentAt: number) => number;
  /** The bandwidth in each direction, shared by all connections as on a phone; unlimited by default. */
  readonly bitsPerSecond?: number;
}

/** A local port that forwards to another local port with delay and limited bandwidth. */
export interface FarLink {
  readonly port: number;
  /** The port to forward to. May be set after the start. */
  target: number;
  close(): Promise<void>;
}

/** About 64 KB wait in a buffer, as in a router. After that the sender has to wait. */
const aheadBytes = 64_000;

export async function startFarLink({ delayMs, bitsPerSecond = Infinity }: FarLinkOptions): Promise<FarLink> {
  const sockets = new Set<Socket>();
  const bytesPerMs = bitsPerSecond / 8000;
  const link = { port: 0, target: 0 };
  const freeAt = { up: 0, down: 0 };
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: link.target, noDelay: true });
    for (const [from, to, way] of [
      [near, far, 'up'],
      [far, near, 'down'],
    ] as const) {
      sockets.add(from);
      const line = delayLine();
      from.on('data', (data) => {
        const now = performance.now();
        freeAt[way] = Math.max(now, freeAt[way]) + data.length / bytesPerMs;
        line(() => to.write(data), freeAt[way] + delayMs(now));
        const aheadMs = freeAt[way] - now - aheadBytes / bytesPerMs;
        if (aheadMs <= 0) return;
        from.pause();
        setTimeout(() => from.resume(), aheadMs);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        line(() => to.destroy(), performance.now() + delayMs(performance.now()));
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(link, {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
}

/** Runs work at the given times and in order. Separate timers would sometimes run out of order. */
function delayLine(): (work: () => void, at: number) => void {
  const waiting: { readonly work: () => void; readonly at: number }[] = [];
  const next = (): void => {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const leftMs = first.at - performance.now();
      if (leftMs > 0) {
        setTimeout(next, leftMs);
        return;
      }
      first.work();
      waiting.shift();
    }
  };
  return (work, at) => {
    const isFree = waiting.length === 0;
    waiting.push({ work, at: Math.max(at, waiting.at(-1)?.at ?? 0) });
    if (isFree) next();
  };
}
