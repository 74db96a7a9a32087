import type { FastifyInstance } from 'fastify';

/** Tells the page's process at which port it was reached, for its check of the host name. */
export const portHeader = 'x-keyturn-port';

/** Of every answer. */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Checks every request and upgrade before anything else. A host name that is not ours (DNS rebinding) gets 421. A
 * request that changes something or opens the view must come from our own page, otherwise it gets 403. Also sets the
 * headers that all responses share.
 */
export function guardRequests(
  app: FastifyInstance,
  bound: { readonly publicUrl: URL | undefined; readonly boundHost: string },
): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(securityHeaders);
    const port = Number(request.headers[portHeader] ?? 0);
    // Not through the listener: a process of this user.
    if (port === 0) return;
    const { hosts, origins } = ownAddresses(bound.publicUrl, bound.boundHost, port);
    if (!hosts.includes(request.headers.host?.toLowerCase() ?? ''))
      return reply.code(421).send({ error: 'wrong-host' });
    const isUpgrade = request.headers.upgrade !== undefined;
    if (['GET', 'HEAD'].includes(request.method) && !isUpgrade) return;
    if (!origins.includes(request.headers.origin?.toLowerCase() ?? ''))
      return reply.code(403).send({ error: 'wrong-origin' });
  });
}

function ownAddresses(publicUrl: URL | undefined, boundHost: string, port: number) {
  // A server that listens on all addresses has no host name. Then only the public address and this machine count.
  const names = ['0.0.0.0', '::'].includes(boundHost) ? [] : [boundHost.includes(':') ? `[${boundHost}]` : boundHost];
  const hosts = [...names, '127.0.0.1', 'localhost', '[::1]'].map((name) => `${name.toLowerCase()}:${port}`);
  const origins = hosts.map((host) => `http://${host}`);
  if (publicUrl) {
    const defaultPort = publicUrl.protocol === 'https:' ? 443 : 80;
    hosts.push(publicUrl.host, `${publicUrl.hostname}:${publicUrl.port || defaultPort}`);
    origins.push(publicUrl.origin);
  }
  return { hosts, origins };
}
