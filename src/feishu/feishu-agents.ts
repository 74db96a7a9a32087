import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { openProxyAgent } from '../lib/proxy-agent.js';

/** HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, unless the host is a loopback address or in NO_PROXY. */
export function proxyFor(baseUrl: string, env: NodeJS.ProcessEnv): string | undefined {
  const { protocol, hostname, port } = new URL(baseUrl);
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return undefined;
  const variable = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const proxy = variable(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') ?? variable('ALL_PROXY');
  if (!proxy) return undefined;
  const rules = (variable('NO_PROXY') ?? '').toLowerCase().split(/[\s,]+/);
  const direct = rules.some((rule) => {
    const [name = '', rulePort = port] = rule.split(':');
    const bare = name.replace(/^\*?\./, '');
    return rulePort === port && (name === '*' || hostname === bare || (bare && hostname.endsWith(`.${bare}`)));
  });
  return direct ? undefined : proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** For the requests, or for one attempt of the long connection: the SDK's WebSocket ignores the proxy variables. */
export async function openAgent(baseUrl: string, env: NodeJS.ProcessEnv, use: 'requests' | 'socket') {
  const proxy = proxyFor(baseUrl, env);
  const { protocol } = new URL(baseUrl);
  if (proxy) return openProxyAgent(proxy, use === 'socket' ? 'https:' : protocol, 'keyturn doctor');
  return new (protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: use === 'requests' });
}

/** Closes the agent's connections, including those with a request in flight, which `destroy()` alone leaves open. */
export function cutAgent(agent: HttpAgent): void {
  for (const sockets of Object.values(agent.sockets)) for (const socket of sockets ?? []) socket.destroy();
  agent.destroy();
}
