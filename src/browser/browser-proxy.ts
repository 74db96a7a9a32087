import type { LaunchOptions } from 'playwright';
import { appError } from '../lib/app-error.js';
import { settingsErrors } from '../lib/settings-errors.js';
import { browserReasons } from '../messages/browser-errors.js';
import type { Text } from '../messages/text.js';

export type BrowserProxy = NonNullable<LaunchOptions['proxy']>;

/**
 * The account's proxy as Playwright takes it, so that no credentials are on the command line. Throws KT101 for
 * credentials that Chromium cannot use, and never quotes them.
 */
export function browserProxy(proxyUrl: string): BrowserProxy {
  const url = new URL(proxyUrl);
  const scheme = url.protocol.replace(/^socks(?:5h?)?:/, 'socks5:').replace('socks4a:', 'socks4:');
  // `URL` drops the scheme's default port, but a proxy's default port is a different one. So always name the port.
  const port = url.port || (scheme === 'https:' ? '443' : scheme === 'http:' ? '80' : '1080');
  const server = `${scheme}//${url.hostname}:${port}`;
  if (url.username === '' && url.password === '') return { server };
  if (scheme.startsWith('socks')) throw badProxy(browserReasons.socksLogin);
  try {
    return { server, username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    throw badProxy(browserReasons.notEncoded);
  }
}

const badProxy = (reason: Text) =>
  appError(settingsErrors.usage, { message: browserReasons.badProxy(reason), command: 'keyturn account set' });
