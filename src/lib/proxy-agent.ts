import type { Agent } from 'node:http';
import { siteErrorTexts } from '../messages/site-errors.js';
import { usageError } from './settings-errors.js';

/** An agent for `targetProtocol` (`http:` or `https:`) through the proxy; supports `user:password@`. Throws KT101, which names `command` as the next one. */
export async function openProxyAgent(proxy: string, targetProtocol: string, command: string): Promise<Agent> {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  const scheme = url?.protocol.slice(0, -1) ?? 'none';
  if (url && /^socks(4a?|5h?)?$/.test(scheme)) {
    // Unlike curl, let the proxy look names up for `socks5:` too, as browsers do.
    if (scheme === 'socks' || scheme === 'socks5') url.protocol = 'socks5h:';
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return new SocksProxyAgent(url.href);
  }
  if (!url || !/^https?$/.test(scheme)) throw usageError({ message: siteErrorTexts.badProxy(scheme), command });
  if (targetProtocol === 'https:') {
    const { HttpsProxyAgent } = await import('https-proxy-agent');
    return new HttpsProxyAgent(url);
  }
  const { HttpProxyAgent } = await import('http-proxy-agent');
  return new HttpProxyAgent(url);
}
