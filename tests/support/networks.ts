import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A name that only the proxies here know: to them every name is this machine. */
export const farHost = 'console.test';

const ca = (file: string) => fileURLToPath(new URL(`./private-ca/${file}`, import.meta.url));
/** The authority that has signed the certificate of {@link startTls} (console.test, localhost). */
export const caFile = ca('ca.pem');

export interface Started {
  readonly port: number;
  /** What went through: `GET /path`, `CONNECT host:port`, or `407`. */
  readonly passed: string[];
  readonly close: () => void;
}

async function listen(server: Server, passed: string[] = []): Promise<Started> {
  const sockets = new Set<{ destroy: () => void }>();
  server.on('connection', (socket) => void sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, passed, close };
}

/** A proxy for plain requests and CONNECT. `login`: the `user:password` that it insists on. */
export async function startHttpProxy({ login }: { login?: string } = {}): Promise<Started> {
  const passed: string[] = [];
  const basic = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const refuses = (given: string | undefined) => {
    if (basic !== undefined && given !== basic) passed.push('407');
    return basic !== undefined && given !== basic;
  };
  const challenge = { 'proxy-authenticate': 'Basic realm="proxy"' };
  const server = createServer((incoming, outgoing) => {
    const { method, 'proxy-authorization': given, ...headers } = { method: incoming.method, ...incoming.headers };
    if (refuses(given)) return void outgoing.writeHead(407, challenge).end();
    const url = new URL(incoming.url ?? '');
    passed.push(`${method} ${url.pathname}`);
    const options = { host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method, headers };
    const onward = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward.on('error', () => outgoing.destroy()));
  });
  server.on('connect', (incoming, socket) => {
    if (refuses(incoming.headers['proxy-authorization'])) {
      return void socket.end('HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n');
    }
    passed.push(`CONNECT ${incoming.url}`);
    const port = Number(incoming.url?.split(':').at(-1));
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => onward.destroy());
  });
  return listen(server, passed);
}

/** A SOCKS5 proxy that insists on this user and password. */
export async function startSocksProxy({ user, password }: { user: string; password: string }): Promise<Started> {
  const passed: string[] = [];
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(Buffer.from([5, 2]));
      socket.once('data', (login) => {
        const asked = Buffer.concat([Buffer.from([1, user.length]), Buffer.from(user)]);
        const wanted = Buffer.concat([asked, Buffer.from([password.length]), Buffer.from(password)]);
        if (!wanted.equals(login)) return void socket.end(Buffer.from([1, 1]));
        socket.write(Buffer.from([1, 0]));
        socket.once('data', (order) => {
          const name = order.subarray(5, order.length - 2).toString();
          const port = order.readUInt16BE(order.length - 2);
          passed.push(`CONNECT ${name}:${port}`);
          const onward = connect(port, '127.0.0.1', () => {
            socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
            onward.pipe(socket).pipe(onward);
          });
          onward.on('error', () => socket.destroy());
        });
      });
    });
  });
  return listen(server, passed);
}

/** A TLS server of the private authority, before a plain HTTP server or with an answer of its own. */
export async function startTls(target?: { port: number }): Promise<Started> {
  const passed: string[] = [];
  const server = createTlsServer({ key: readFileSync(ca('server.key')), cert: readFileSync(ca('server.pem')) });
  server.on('request', (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    passed.push(`${method} ${url}`);
    if (!target) return void outgoing.end('{"over": "tls"}');
    const onward = request({ host: '127.0.0.1', port: target.port, path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward.on('error', () => outgoing.destroy()));
  });
  return listen(server, passed);
}
