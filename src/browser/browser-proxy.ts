import { appError } from '../errors/app-error.js';
import { browserErrors } from '../errors/browser-errors.js';

export interface BrowserProxy {
  /** Goes to the browser's command line, so it holds no credentials. */
  readonly server: string;
  /** Answered over the debugging pipe when the proxy asks. */
  readonly username?: string;
  readonly password?: string;
}

/** Splits a proxy URL into what a browser takes. Throws KT311 for what no browser can do; the URL itself is never quoted. */
export function browserProxy(proxyUrl: string): BrowserProxy {
  let url: URL;
  try {
    url = new URL(/^[\w+.-]+:\/\//.test(proxyUrl) ? proxyUrl : `http://${proxyUrl}`);
  } catch {
    throw appError(browserErrors.badProxy, { reason: 'it is not a URL such as http://proxy.example:8080' });
  }
  const scheme = url.protocol.replace(/^socks5h:$/, 'socks5:');
  if (!['http:', 'https:', 'socks5:', 'socks4:'].includes(scheme)) {
    throw appError(browserErrors.badProxy, { reason: `browsers know no ${scheme.slice(0, -1)} proxies` });
  }
  if (url.hostname === '') throw appError(browserErrors.badProxy, { reason: 'it names no host' });
  const hasLogin = url.username !== '' || url.password !== '';
  if (hasLogin && scheme.startsWith('socks')) {
    throw appError(browserErrors.badProxy, { reason: 'Chromium cannot sign in to a SOCKS proxy; use its HTTP port' });
  }
  // URL drops the default port of http and https, but a proxy's default is another one.
  const port = url.port || (scheme === 'https:' ? '443' : scheme === 'http:' ? '80' : '1080');
  const server = `${scheme}//${url.hostname}:${port}`;
  if (!hasLogin) return { server };
  try {
    return { server, username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    throw appError(browserErrors.badProxy, { reason: 'its user name or password is not percent-encoded (% is %25)' });
  }
}
