import type { Agent } from 'node:http';
import { siteErrorTexts } from '../messages/site-errors.js';
import { proxyFor, type ChosenProxy, type Network } from './network.js';
import { usageError } from './settings-errors.js';
import { trustedRoots } from './trusted-roots.js';

interface AgentOptions {
  readonly keepAlive?: boolean;
  /** Through a CONNECT tunnel, as a WebSocket needs it, also to a plain HTTP address. */
  readonly isTunnel?: boolean;
}

/**
 * The one place that opens connections to other machines: an agent for this address, through its proxy, which trusts the
 * certificate authorities of the settings. Throws KT101 for a proxy that cannot be used.
 */
export async function openAgent(target: string, network: Network, { keepAlive, isTunnel }: AgentOptions = {}) {
  const proxy = proxyFor(target, network);
  const isSecure = new URL(target).protocol === 'https:';
  const trust = isSecure || proxy?.url.startsWith('https:') ? await trustedRoots(network.env) : undefined;
  const options = trust && { secureContext: trust };
  if (proxy) {
    const agent = await openProxyAgent(proxy, isSecure || isTunnel === true, options);
    // `https-proxy-agent` empties its options, which Node hands on to the TLS connection inside the tunnel.
    const { options: own } = agent as Agent & { options: object };
    return { agent: Object.assign(agent, { options: { ...own, ...options } }), proxy };
  }
  const { Agent } = isSecure ? await import('node:https') : await import('node:http');
  return { agent: new Agent({ keepAlive, ...options }), proxy };
}

async function openProxyAgent(proxy: ChosenProxy, isTunnel: boolean, options?: object): Promise<Agent> {
  const url = URL.canParse(proxy.url) ? new URL(proxy.url) : undefined;
  const scheme = url?.protocol.slice(0, -1) ?? 'none';
  if (url && /^socks(4a?|5h?)?$/.test(scheme)) {
    // Unlike curl, let the proxy look names up for `socks5:` too, as browsers do.
    if (scheme === 'socks' || scheme === 'socks5') url.protocol = 'socks5h:';
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return new SocksProxyAgent(url.href, options);
  }
  if (!url || !/^https?$/.test(scheme)) {
    const message = siteErrorTexts.badProxy(scheme, proxy.variable);
    throw usageError({ message, next: proxy.variable ? `unset ${proxy.variable}` : 'keyturn account list' });
  }
  if (isTunnel) {
    const { HttpsProxyAgent } = await import('https-proxy-agent');
    return new HttpsProxyAgent(url, options);
  }
  const { HttpProxyAgent } = await import('http-proxy-agent');
  return new HttpProxyAgent(url, options);
}
