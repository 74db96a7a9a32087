import type { IncomingMessage } from 'node:http';

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
 * The status for a request or upgrade that is refused before anything else; undefined for any other. A host name that is
 * not ours (DNS rebinding) gets 421. A request that changes something or opens the view must come from our own page,
 * otherwise it gets 403.
 */
export function refusalOf(
  { method = 'GET', headers, socket }: IncomingMessage,
  publicUrl: URL | undefined,
  boundHost: string,
): 421 | 403 | undefined {
  const port = socket.localPort ?? 0;
  // A server that listens on all addresses has no host name. Then only the public address and this machine count.
  const names = ['0.0.0.0', '::'].includes(boundHost) ? [] : [boundHost.includes(':') ? `[${boundHost}]` : boundHost];
  const hosts = [...names, '127.0.0.1', 'localhost', '[::1]'].map((name) => `${name.toLowerCase()}:${port}`);
  const origins = hosts.map((host) => `http://${host}`);
  if (publicUrl) {
    const defaultPort = publicUrl.protocol === 'https:' ? 443 : 80;
    hosts.push(publicUrl.host, `${publicUrl.hostname}:${publicUrl.port || defaultPort}`);
    origins.push(publicUrl.origin);
  }
  if (!hosts.includes(headers.host?.toLowerCase() ?? '')) return 421;
  if (['GET', 'HEAD'].includes(method) && headers.upgrade === undefined) return undefined;
  return origins.includes(headers.origin?.toLowerCase() ?? '') ? undefined : 403;
}
