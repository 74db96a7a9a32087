import type { LaunchOptions } from 'playwright';
import { pageProxyProblem } from '../lib/network.js';
import { usageError } from '../lib/settings-errors.js';
import { browserReasons } from '../messages/browser-errors.js';

export type BrowserProxy = NonNullable<LaunchOptions['proxy']>;

export interface WantedProxy {
  readonly url: string;
  /** Hosts that need no proxy, in Chromium's words. */
  readonly bypass?: string;
}

/**
 * The proxy as Playwright takes it, so that no credentials are on the command line. Throws KT101 for credentials that
 * Chromium cannot use, and never quotes them.
 */
export function browserProxy({ url: proxyUrl, bypass }: WantedProxy): BrowserProxy {
  const problem = pageProxyProblem(proxyUrl);
  if (problem) throw usageError({ message: browserReasons.badProxy(problem), command: 'keyturn account set' });
  const url = new URL(proxyUrl);
  const scheme = url.protocol.replace(/^socks(?:5h?)?:/, 'socks5:').replace('socks4a:', 'socks4:');
  // `URL` drops the scheme's default port, but a proxy's default port is a different one. So always name the port.
  const port = url.port || (scheme === 'https:' ? '443' : scheme === 'http:' ? '80' : '1080');
  const server = `${scheme}//${url.hostname}:${port}`;
  if (url.username === '' && url.password === '') return { server, bypass };
  return { server, bypass, username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
}
