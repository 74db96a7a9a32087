import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Checks every request and upgrade before anything else. A host name that is not ours (DNS rebinding) gets 421. A
 * request that changes something or opens the view must come from our own page, otherwise it gets 403. Also sets the
 * headers that all responses share.
 */
export function guardRequests(
  app: FastifyInstance,
  /** `boundPort` is known once the server listens. */
  bound: { readonly publicUrl: URL | undefined; readonly boundHost: string; readonly boundPort: () => number },
): void {
  app.addHook('onRequest', async (request, reply) => {
    setHeaders(reply, request);
    const { hosts, origins } = ownAddresses(bound.publicUrl, bound.boundHost, bound.boundPort());
    if (!hosts.includes(hostHeader(request))) return reply.code(421).send({ error: 'wrong-host' });
    const isUpgrade = request.headers.upgrade !== undefined;
    if (['GET', 'HEAD'].includes(request.method) && !isUpgrade) return;
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const isOwn = origin !== undefined && origins.includes(origin.toLowerCase());
    if (!isOwn || (site !== undefined && site !== 'same-origin'))
      return reply.code(403).send({ error: 'wrong-origin' });
  });
}

const hostHeader = (request: FastifyRequest) => (request.headers.host ?? '').toLowerCase();

function ownAddresses(publicUrl: URL | undefined, boundHost: string, port: number) {
  // A server that listens on all addresses has no host name. Then only the public address and this machine count.
  const names = ['0.0.0.0', '::'].includes(boundHost) ? [] : [boundHost.includes(':') ? `[${boundHost}]` : boundHost];
  const hosts = [...names, '127.0.0.1', 'localhost', '[::1]'].map((name) => `${name.toLowerCase()}:${port}`);
  const origins = hosts.map((host) => `http://${host}`);
  if (publicUrl) {
    hosts.push(
      publicUrl.host,
      `${publicUrl.hostname}:${publicUrl.port || (publicUrl.protocol === 'https:' ? 443 : 80)}`,
    );
    origins.push(publicUrl.origin);
  }
  return { hosts, origins };
}

function setHeaders(reply: FastifyReply, request: FastifyRequest): void {
  const host = hostHeader(request);
  // Older versions of Safari do not treat a WebSocket to the same host as 'self'.
  const sockets = /^[\w.[\]:-]+$/.test(host) ? ` ws://${host} wss://${host}` : '';
  void reply.headers({
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'${sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex, nofollow',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), clipboard-read=(self)',
  });
}
