import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import { appError } from '../errors/app-error.js';
import { takeoverErrors } from '../errors/takeover-errors.js';
import { readAsset } from '../lib/asset.js';
import type { ClaimResult, OneTimeLink } from './one-time-link.js';
import { chooseLanguage } from './choose-language.js';
import type { Language } from '../messages/text.js';
import { guardRequests } from './request-guard.js';

export interface ViewerServerOptions {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: URL | undefined;
  readonly language: Language | 'auto';
  readonly link: OneTimeLink;
  /** Part of the cookie name, to tell several takeovers on one host apart: cookies ignore ports. */
  readonly id: string;
  readonly isOver: () => boolean;
  readonly onClaimed: () => void;
  readonly onRefused: (why: string) => void;
  readonly onViewer: (socket: WebSocket) => void;
}

export interface ViewerServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The build makes these files from `viewer/`. No other file on the disk is served. */
const viewerFiles = { 'viewer.css': 'text/css', 'viewer.js': 'text/javascript' };

/** The viewer's page. It contains nothing about the account: that arrives over the WebSocket, after the claim. */
async function viewerHtml(language: Language): Promise<string> {
  const html = await readAsset('takeover/viewer.html');
  return language === 'zh' ? html.replace('<html lang="en">', '<html lang="zh-CN">') : html;
}

const claimStatus: Record<Exclude<ClaimResult['kind'], 'claimed'>, number> = {
  wrong: 403,
  used: 410,
  expired: 410,
  over: 410,
  'too-many': 429,
};

/** Serves the viewer and its one WebSocket. Rejects with KT705 when it cannot listen. */
export async function startViewerServer(options: ViewerServerOptions): Promise<ViewerServer> {
  const { host, publicUrl, link } = options;
  const prefix = publicUrl && publicUrl.pathname !== '/' ? publicUrl.pathname : undefined;
  const app = Fastify({
    forceCloseConnections: true,
    bodyLimit: 4096,
    // A reverse proxy may or may not strip its path prefix.
    rewriteUrl: ({ url = '/' }) => (prefix && url.startsWith(prefix) ? url.slice(prefix.length - 1) : url),
  });
  const boundPort = () => (app.server.address() as AddressInfo | null)?.port ?? 0;
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) =>
    reply.code(error.statusCode ?? 500).send({ error: 'bad-request' }),
  );
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not-found' }));
  await app.register(websocket, { options: { maxPayload: 64 * 1024, perMessageDeflate: false } });
  // Registered after the plugin, whose own hook closes the connection of a rejected upgrade.
  guardRequests(app, { publicUrl, boundHost: host, boundPort });
  routes(app, options);
  try {
    await app.listen({ host, port: options.port });
  } catch (cause) {
    await app.close();
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const reason = reasons[code];
    throw reason ? appError(takeoverErrors.portUnusable, { host, port: options.port, reason }, { cause }) : cause;
  }
  return { port: boundPort(), close: () => app.close() };

  function routes(server: FastifyInstance, { id, language }: ViewerServerOptions): void {
    const isSecure = publicUrl?.protocol === 'https:';
    const cookie = `${isSecure ? '__Host-' : ''}keyturn-${id}`;
    const isAdmitted = (request: FastifyRequest) => link.admits(readCookie(request, cookie));

    // A chat's preview robot that fetches this does not use up the token: the request does not contain it.
    server.get('/', async (request, reply) => {
      const chosen = language === 'auto' ? chooseLanguage(request.headers['accept-language']) : language;
      return reply.type('text/html; charset=utf-8').send(await viewerHtml(chosen));
    });
    for (const [file, type] of Object.entries(viewerFiles)) {
      server.get(`/${file}`, async (_request, reply) =>
        reply.type(`${type}; charset=utf-8`).send(await readAsset(`takeover/${file}`)),
      );
    }

    server.post<{ Body: { token?: unknown } | null }>('/claim', (request, reply) => {
      const token = request.body?.token;
      const result = link.claim(typeof token === 'string' ? token : '');
      if (result.kind !== 'claimed') {
        options.onRefused(result.kind);
        return reply.code(claimStatus[result.kind]).send({ error: result.kind });
      }
      options.onClaimed();
      const age = Math.ceil(link.leftMs / 1000);
      return reply
        .header(
          'set-cookie',
          `${cookie}=${result.session}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`,
        )
        .code(204)
        .send();
    });

    const requireViewer = async (request: FastifyRequest, reply: FastifyReply) => {
      if (options.isOver()) return reply.code(410).send({ error: 'over' });
      if (!isAdmitted(request)) return reply.code(401).send({ error: 'not-claimed' });
    };
    server.get('/session', { onRequest: requireViewer }, (_request, reply) => reply.code(204).send());
    server.get('/live', { websocket: true, onRequest: requireViewer }, (socket) => options.onViewer(socket));
  }
}

function readCookie(request: FastifyRequest, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

const reasons: Partial<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already',
  EACCES: 'this user may not use that port',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'that name is not known here',
};
