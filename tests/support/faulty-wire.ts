import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to the next request that rotates. `then` runs at that moment, e.g. to kill the sender. */
export type WireFault =
  /** The request does not reach the console. */
  | { readonly kind: 'cut-request' }
  /** The request arrives, but the connection is cut before the first byte of the answer. */
  | { readonly kind: 'cut-answer' }
  /** The connection is cut after the first half of the answer. */
  | { readonly kind: 'half-answer' }
  /** The request arrives, and the connection stays open without an answer. */
  | { readonly kind: 'hold-answer' }
  /** The request arrives, and the whole answer is sent after `then` has returned. */
  | { readonly kind: 'before-answer' }
  /** The whole answer is sent before `then` runs. */
  | { readonly kind: 'after-answer' };

/** A connection between the command line and the console that can fail at chosen moments. */
export class FaultyWire {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private fault: { readonly fault: WireFault; readonly then?: () => void } | undefined;
  /** True while no data passes, as with an unplugged cable. */
  private isDown = false;

  private constructor(private readonly target: { readonly host: string; readonly port: number }) {
    this.server = createServer((client) => this.carry(client));
  }

  static async to(url: string): Promise<FaultyWire> {
    const { hostname, port } = new URL(url);
    const wire = new FaultyWire({ host: hostname, port: Number(port) });
    await new Promise<void>((resolve) => wire.server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Arms the fault for the next request that rotates. */
  onRotate(fault: WireFault, then?: () => void): void {
    this.fault = { fault, then };
  }

  goDown(): void {
    this.isDown = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isDown = false;
    this.fault = undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private carry(client: Socket): void {
    this.keep(client);
    if (this.isDown) {
      client.destroy();
      return;
    }
    const server = this.keep(connect(this.target));
    let armed: typeof this.fault;
    client.on('data', (chunk) => {
      if (this.fault && /^POST \/api\/(openapi\/apikey|keys) /.test(chunk.toString('latin1'))) {
        armed = this.fault;
        this.fault = undefined;
        if (armed.fault.kind === 'cut-request') {
          armed.then?.();
          client.destroy();
          server.destroy();
          return;
        }
      }
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (!armed) {
        client.write(chunk);
        return;
      }
      const { fault, then } = armed;
      if (fault.kind === 'hold-answer') {
        then?.();
        return;
      }
      if (fault.kind === 'before-answer') {
        then?.();
        armed = undefined;
        client.write(chunk);
        return;
      }
      if (fault.kind === 'half-answer') client.write(chunk.subarray(0, Math.floor(chunk.length / 2)));
      if (fault.kind === 'after-answer') client.write(chunk);
      then?.();
      if (fault.kind !== 'after-answer') client.destroySoon();
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroySoon());
  }

  private keep(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    return socket;
  }
}
