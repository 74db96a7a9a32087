import type { LaunchOptions } from 'playwright';
import { appError, type AppError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { browserReasons } from '../messages/browser-errors.js';
import type { Text } from '../messages/text.js';

export type BrowserProxy = NonNullable<LaunchOptions['proxy']>;

/** Throws KT101 for a URL that browsers do not support, and never quotes it. No credentials go on the command line. */
export function browserProxy(proxyUrl: string): BrowserProxy {
  let url: URL;
  try {
    url = new URL(/^[\w+.-]+:\/\//.test(proxyUrl) ? proxyUrl : `http://${proxyUrl}`);
  } catch {
    throw badProxy(browserReasons.notAUrl);
  }
  const scheme = url.protocol.replace(/^socks5h:$/, 'socks5:');
  if (!['http:', 'https:', 'socks5:', 'socks4:'].includes(scheme)) {
    throw badProxy(browserReasons.unknownScheme(scheme.slice(0, -1)));
  }
  if (url.hostname === '') throw badProxy(browserReasons.noHost);
  const hasLogin = url.username !== '' || url.password !== '';
  if (hasLogin && scheme.startsWith('socks')) {
    throw badProxy(browserReasons.socksLogin);
  }
  // `URL` drops the scheme's default port, but a proxy's default port is a different one. So always name the port.
  const port = url.port || (scheme === 'https:' ? '443' : scheme === 'http:' ? '80' : '1080');
  const server = `${scheme}//${url.hostname}:${port}`;
  if (!hasLogin) return { server };
  try {
    return { server, username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    throw badProxy(browserReasons.notEncoded);
  }
}

function badProxy(reason: Text): AppError {
  return appError(settingsErrors.usage, { message: browserReasons.badProxy(reason), command: 'keyturn account set' });
}
