import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import {
  createServer,
  get,
  request,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { appError } from '../lib/app-error.js';
import type { Log } from '../lib/log.js';
import { writePrivateFile } from '../lib/private-files.js';
import { goneTexts } from '../messages/takeover-gone.js';
import type { Language } from '../messages/text.js';
import { pageId, pageSocket, responseTo } from './page-socket.js';
import { refusalOf, securityHeaders } from './request-guard.js';
import { requireSafeAddress, type AddressOptions } from './reachable-address.js';
import { takeoverErrors } from './takeover-errors.js';

export interface ListenerOptions extends AddressOptions {
  readonly home: string;
  /** 0: any free port, the same one for all processes of this home. */
  readonly port: number;
  /** `auto`: the language that the phone's browser prefers. */
  readonly language: Language | 'auto';
  readonly log: Log;
}

export type Listener = ReturnType<typeof shareListener>;

/** How often a process tries to take the port of one that may have ended. */
const retryMs = 1000;
/** For a whole request, all of which are small: one that never ends keeps no connection. */
const limits = { requestTimeout: 10_000, headersTimeout: 10_000, connectionsCheckingInterval: 2000 };
/** The requests of the phone's page. Everything else stays on this machine. */
const forwarded = /^(GET|HEAD) \/(viewer\.css|viewer\.js)?$|^POST \/claim$|^GET \/live$/;

/**
 * The one address of all takeover pages of a home. Each page is served by the process that holds it, at a socket, and is
 * found there by its address; so it does not matter which process listens. The first that needs it does. The others try
 * again every second, and one of them goes on when it ends.
 */
export function shareListener(options: ListenerOptions) {
  const { home, host, log } = options;
  const publicUrl = requireSafeAddress(options);
  const served = { ...options, publicUrl };
  const portFile = join(home, 'pages', 'port');
  let server: Server | undefined;
  let waiting: NodeJS.Timeout | undefined;
  let opening: Promise<number> | undefined;
  let isClosed = false;
  /** Of the phones that are connected. A server that closes leaves them open, and they would keep the process alive. */
  const phones = new Set<Duplex>();

  const listen = async (port: number): Promise<number> => {
    const opened = createServer(limits, (incoming, answer) => forward(incoming, answer, served));
    opened.on('upgrade', (incoming, socket: Duplex, head: Buffer) => {
      phones.add(socket);
      socket.on('close', () => phones.delete(socket));
      forwardUpgrade(incoming, socket, head, served);
    });
    // A connection that cannot be accepted, because too many files are open, must not end the process.
    opened.on('error', () => undefined);
    opened.listen({ host, port, exclusive: true });
    await once(opened, 'listening');
    server = opened;
    clearInterval(waiting);
    // The port became free while this process ended.
    if (isClosed) close();
    const bound = (opened.address() as AddressInfo).port;
    if (options.port === 0) await writePrivateFile(portFile, String(bound)).catch(() => undefined);
    log.info({ host, port: bound, publicUrl: publicUrl?.origin }, 'takeover: listening');
    return bound;
  };
  const close = () => {
    isClosed = true;
    clearInterval(waiting);
    server?.close();
    server?.closeAllConnections();
    for (const phone of phones) phone.destroy();
  };
  const open = async (): Promise<number> => {
    const known = Number(await readFile(portFile, 'utf8').catch(() => '0'));
    const port = options.port || (known > 0 && known < 65_536 ? known : 0);
    try {
      return await listen(port);
    } catch (cause) {
      if (await isOurs(host, port, home)) {
        // Takes the port when the process that has it ends.
        waiting = setInterval(() => void listen(port).catch(() => undefined), retryMs).unref();
        return port;
      }
      if (options.port === 0 && port !== 0) return listen(0);
      const reason = (cause as Error).message;
      throw appError(takeoverErrors.portUnusable, { host, port, reason }, { cause });
    }
  };
  /** The port on this machine, for a tunnel or a reverse proxy. Rejects with KT705 when another program has it. */
  const port = () => (opening ??= open());
  const urlHost = host.includes(':') ? `[${host}]` : host;
  return {
    port,
    /** The link to the account's page; the token makes it a secret. */
    linkTo: async (account: string, token: string): Promise<string> => {
      const base = publicUrl?.href ?? `http://${urlHost}:${await port()}/`;
      return `${base}${pageId(home, account)}/#${token}`;
    },
    close,
  };
}

/** Whether another process of this home listens there. */
async function isOurs(host: string, port: number, home: string): Promise<boolean> {
  const asking = get({ host, port, path: '/', signal: AbortSignal.timeout(1000) });
  const answer = await responseTo(asking).catch(() => undefined);
  answer?.destroy();
  return answer?.headers[homeHeader] === pageId(home, '');
}

const homeHeader = 'x-keyturn-home';

type Served = Pick<ListenerOptions, 'home' | 'host' | 'language'> & { readonly publicUrl: URL | undefined };

/** The page that a request is for, or the status of a refusal. A reverse proxy may or may not strip its path prefix. */
function targetOf(incoming: IncomingMessage, { home, host, publicUrl }: Served) {
  const { method = 'GET', url = '/', headers } = incoming;
  const refusal = refusalOf(incoming, publicUrl, host);
  if (refusal) return refusal;
  const prefix = publicUrl?.pathname.replace(/\/$/, '') ?? '';
  const path = prefix !== '' && url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : url;
  const [, id = '', rest = ''] = /^\/([0-9a-f]{12})(\/[^?]*)/.exec(path) ?? [];
  if (!forwarded.test(`${method} ${rest}`)) return 404;
  return { socketPath: pageSocket(home, id), method, path: rest, headers };
}

function forward(incoming: IncomingMessage, answer: ServerResponse, served: Served): void {
  const target = targetOf(incoming, served);
  if (typeof target === 'number') {
    answer.writeHead(target, { ...securityHeaders, [homeHeader]: pageId(served.home, '') }).end();
    return;
  }
  const passing = request(target, (from) => {
    answer.writeHead(from.statusCode ?? 502, { ...from.headers, ...securityHeaders });
    from.pipe(answer);
  });
  passing.on('error', () => {
    if (answer.headersSent) answer.destroy();
    else answer.writeHead(410, goneHeaders).end(goneTexts(languageOf(incoming, served)));
  });
  answer.on('close', () => passing.destroy());
  incoming.pipe(passing);
}

function forwardUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer, served: Served): void {
  const target = targetOf(incoming, served);
  socket.on('error', () => undefined);
  if (typeof target === 'number') {
    socket.end(`HTTP/1.1 ${target} ${STATUS_CODES[target]}\r\n\r\n`);
    return;
  }
  const page = connect(target.socketPath, () => {
    const lines = Object.entries(target.headers).map(([name, value]) => `${name}: ${String(value)}`);
    page.write([`GET ${target.path} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    page.write(head);
    page.pipe(socket).pipe(page);
  });
  page.on('error', () => socket.end('HTTP/1.1 410 Gone\r\n\r\n'));
  socket.on('close', () => page.destroy());
  page.on('close', () => socket.destroy());
}

const goneHeaders = {
  ...securityHeaders,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
};

function languageOf({ headers }: IncomingMessage, { language }: Served): Language {
  if (language !== 'auto') return language;
  return /^\s*zh\b/i.test(headers['accept-language'] ?? '') ? 'zh' : 'en';
}
