import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface FarLinkOptions {
  /** One way, for what is sent at this moment of `performance.now()`. */
  readonly delayMs: (sentAt: number) => number;
  /** Each way, for all connections together, as a phone has it; without it, as quick as this machine. */
  readonly bitsPerSecond?: number;
}

/** A port of this machine that is far away from another one. */
export interface FarLink {
  readonly port: number;
  /** Where it leads to; may be told later. */
  target: number;
  close(): Promise<void>;
}

/** A socket takes about 64 KB ahead, as a router's buffer does; beyond that the sender has to wait. */
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

/** Does things at their time and never out of order, which timers of their own would now and then. */
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
