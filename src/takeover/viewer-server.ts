import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import { appError } from '../errors/app-error.js';
import { takeoverErrors } from '../errors/takeover-errors.js';
import { readAsset } from '../lib/asset.js';
import type { OneTimeLink } from './one-time-link.js';
import type { Language } from '../messages/text.js';
import { guardRequests } from './request-guard.js';

export interface ViewerServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The build makes these files from `viewer/`. No other file on the disk is served. */
const viewerFiles = { 'viewer.css': 'text/css', 'viewer.js': 'text/javascript' };

/** For every other refused claim: 410. */
const claimStatus: Partial<Record<string, number>> = { wrong: 403, 'too-many': 429 };

/** Serves the viewer and its one WebSocket. Rejects with KT705 when it cannot listen. */
export async function startViewerServer(options: {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: URL | undefined;
  readonly language: Language | 'auto';
  readonly link: OneTimeLink;
  /** Part of the cookie name, to tell several takeovers on one host apart: cookies ignore ports. */
  readonly id: string;
  readonly onClaimed: () => void;
  readonly onRefused: (why: string) => void;
  readonly onViewer: (socket: WebSocket) => void;
}): Promise<ViewerServer> {
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
  routes(app);
  try {
    await app.listen({ host, port: options.port });
  } catch (cause) {
    await app.close();
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const reason = reasons[code];
    throw reason ? appError(takeoverErrors.portUnusable, { host, port: options.port, reason }, { cause }) : cause;
  }
  return { port: boundPort(), close: () => app.close() };

  function routes(server: FastifyInstance): void {
    const isSecure = publicUrl?.protocol === 'https:';
    const cookie = `${isSecure ? '__Host-' : ''}keyturn-${options.id}`;
    const inCookies = new RegExp(`(?:^|;\\s*)${cookie}=([\\w-]+)`);

    // The page holds nothing about the account, and a chat's preview robot that fetches it does not use up the token.
    server.get('/', async (_request, reply) => {
      const html = await readAsset('takeover/viewer.html');
      const lang = { auto: '', en: 'en', zh: 'zh-CN' }[options.language];
      return reply.type('text/html; charset=utf-8').send(html.replace('<html lang="">', `<html lang="${lang}">`));
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
        return reply.code(claimStatus[result.kind] ?? 410).send({ error: result.kind });
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
      if (link.isOver) return reply.code(410).send({ error: 'over' });
      const session = inCookies.exec(request.headers.cookie ?? '')?.[1];
      if (!link.admits(session)) return reply.code(401).send({ error: 'not-claimed' });
    };
    server.get('/session', { onRequest: requireViewer }, (_request, reply) => reply.code(204).send());
    server.get('/live', { websocket: true, onRequest: requireViewer }, (socket) => options.onViewer(socket));
  }
}

const reasons: Partial<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already',
  EACCES: 'this user may not use that port',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'that name is not known here',
};
