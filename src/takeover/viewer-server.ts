import websocket from '@fastify/websocket';
import Fastify, { type FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import type { WebSocket } from 'ws';
import { appError } from '../lib/app-error.js';
import { takeoverErrors } from './takeover-errors.js';
import { readAsset } from '../lib/asset.js';
import type { Log } from '../lib/log.js';
import type { OneTimeLink } from './one-time-link.js';
import type { Language } from '../messages/text.js';
import { endCode, type Ending } from './protocol.js';
import { clearSocket, type NewToken } from './page-socket.js';

export type ViewerServer = Awaited<ReturnType<typeof startViewerServer>>;

/** The build makes these files from `viewer/`. No other file on the disk is served. */
const viewerFiles = { 'viewer.css': 'text/css', 'viewer.js': 'text/javascript' };

/** Serves the viewer and its one WebSocket. Rejects with KT705 when it cannot listen. */
export async function startViewerServer(options: {
  /** Where to listen: see page-socket.ts. */
  readonly socketPath: string;
  /** The phone arrives over HTTPS. */
  readonly isSecure: boolean;
  readonly language: Language | 'auto';
  /** Shown before the link is claimed, so that its owner knows what it is for. */
  readonly siteTitle: string;
  readonly link: OneTimeLink;
  readonly log: Log;
  readonly onViewer: (socket: WebSocket) => void;
  /** Another process of this user asks for a new link. Returns undefined once the takeover has ended. */
  readonly onNewLink: () => NewToken | undefined;
}) {
  const { isSecure, link, socketPath, log } = options;
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 4096 });
  await app.register(websocket, { options: { maxPayload: 64 * 1024, perMessageDeflate: false } });
  // The name tells several takeovers on one host apart: cookies ignore ports.
  const cookie = `${isSecure ? '__Host-' : ''}keyturn-${randomBytes(4).toString('hex')}`;
  const inCookies = new RegExp(`(?:^|;\\s*)${cookie}=([\\w-]+)`);
  const isViewer = ({ headers }: FastifyRequest) => link.admits(inCookies.exec(headers.cookie ?? '')?.[1]);

  // The listener forwards no such request: it comes from this machine.
  app.post('/link', (_request, reply) => {
    const token = options.onNewLink();
    return token ? reply.send(token) : reply.code(410).send();
  });

  // The page holds nothing about the account but its site. A chat's preview robot that fetches it does not use up the
  // token.
  app.get('/', async (_request, reply) => {
    const html = await readAsset('takeover/viewer.html');
    const lang = { auto: '', en: 'en', zh: 'zh-CN' }[options.language];
    const site = options.siteTitle.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
    return reply
      .type('text/html; charset=utf-8')
      .send(html.replace(' lang=""', () => ` lang="${lang}"`).replace(' data-site=""', () => ` data-site="${site}"`));
  });
  for (const [file, type] of Object.entries(viewerFiles)) {
    app.get(`/${file}`, async (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).send(await readAsset(`takeover/${file}`)),
    );
  }

  app.post<{ Body: { token?: unknown } | null }>('/claim', (request, reply) => {
    // The same phone may open its link twice.
    if (isViewer(request)) return reply.code(204).send();
    const token = request.body?.token;
    const result = link.claim(typeof token === 'string' ? token : '');
    if (result.kind !== 'claimed') {
      log.warn({ why: result.kind }, 'takeover: a claim was refused');
      return reply.code(result.kind === 'wrong' ? 403 : 410).send({ error: result.kind });
    }
    log.info({}, 'takeover: the link was used');
    const age = Math.ceil(link.leftMs / 1000);
    const rules = `Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
    return reply.header('set-cookie', `${cookie}=${result.session}; ${rules}`).code(204).send();
  });

  // A page cannot see why an upgrade is refused, so the reason is that of a closed socket.
  app.get('/live', { websocket: true }, (socket, request) => {
    if (isViewer(request)) options.onViewer(socket);
    else socket.close(endCode, (link.over ?? 'signed-off') satisfies Ending);
  });

  try {
    await clearSocket(socketPath);
    await app.listen({ path: socketPath });
    if (process.platform !== 'win32') await chmod(socketPath, 0o600);
  } catch (cause) {
    await app.close();
    const reason = (cause as Error).message;
    throw appError(takeoverErrors.portUnusable, { host: socketPath, port: 0, reason }, { cause });
  }
  return { close: () => app.close() };
}
