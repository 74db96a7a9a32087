import { BlockList, isIP, isIPv6 } from 'node:net';
import { browserReasons } from '../messages/browser-errors.js';
import type { Text } from '../messages/text.js';
import { orUndefined } from './or-undefined.js';

/** How requests leave this machine: through the account's own proxy, else through the one that the variables name. */
export interface Network {
  readonly proxy?: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface ChosenProxy {
  readonly url: string;
  /** The variable that names it; absent for the account's own. */
  readonly variable?: string;
}

/** The variables that name a proxy, or what needs none. Programs disagree on the case; both count. */
export const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
  name.toLowerCase(),
  name,
]);

/** The proxy for a request to this address. The variables never lead to this machine or to what NO_PROXY names. */
export function proxyFor(target: string, network: Network): ChosenProxy | undefined {
  const chosen = chosenFor(target, network);
  return chosen?.variable !== undefined && isDirect(new URL(target), network.env) ? undefined : chosen;
}

/**
 * The proxy for a browser that starts at this address. It opens other hosts, too, so it gets what NO_PROXY names as
 * a list in Chromium's words.
 */
export function browserNetwork(start: string, network: Network): (ChosenProxy & { bypass?: string }) | undefined {
  const chosen = chosenFor(start, network);
  if (chosen?.variable === undefined) return chosen;
  const rules = rulesOf(network.env);
  const isNotNeeded = proxyFor(start, network) === undefined;
  if (rules.some(({ host }) => host === '*') || (isNotNeeded && pageProxyProblem(chosen.url))) return undefined;
  const inChromium = rules.flatMap(({ host, port = '' }) => {
    if (host.includes('/')) return [host];
    const suffix = port === '' ? '' : `:${port}`;
    return isIP(host) ? [`${isIPv6(host) ? `[${host}]` : host}${suffix}`] : [`${host}${suffix}`, `*.${host}${suffix}`];
  });
  return { ...chosen, bypass: ['localhost', ...inChromium].join(',') };
}

/** Why Chromium cannot use the proxy, while HTTP requests could. */
export function pageProxyProblem(proxy: string): Text | undefined {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (!url || !/^(?:https?|socks(?:4a?|5h?)?):$/.test(url.protocol)) return browserReasons.notAProxy;
  const { protocol, username, password } = url;
  if (username === '' && password === '') return undefined;
  if (protocol.startsWith('socks')) return browserReasons.socksLogin;
  return orUndefined(() => decodeURIComponent(username + password)) === undefined
    ? browserReasons.notEncoded
    : undefined;
}

function chosenFor(target: string, { proxy, env }: Network): ChosenProxy | undefined {
  if (proxy !== undefined) return { url: proxy };
  const own = /^(?:https|wss):/.test(target) ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const variable = [own, 'ALL_PROXY'].flatMap((name) => [name.toLowerCase(), name]).find((name) => env[name]);
  const url = variable === undefined ? '' : (env[variable] ?? '').trim();
  return url === '' ? undefined : { url: url.includes('://') ? url : `http://${url}`, variable };
}

/** The rules of NO_PROXY: a name stands for the hosts below it, too. */
function rulesOf(env: NodeJS.ProcessEnv): readonly { readonly host: string; readonly port?: string }[] {
  const words = (env['no_proxy'] || env['NO_PROXY'] || '').toLowerCase().split(/[\s,]+/);
  return words.flatMap((word) => {
    const [, name = word, port] = /^(\[.+\]|[^:]+):(\d+)$/.exec(word) ?? [];
    const host = name.replace(/^\*?\.|[[\]]/g, '');
    return host === '' ? [] : [{ host, port }];
  });
}

function isDirect({ hostname, port, protocol }: URL, env: NodeJS.ProcessEnv): boolean {
  const name = hostname.replace(/[[\]]/g, '');
  if (/^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|::1)$/.test(name)) return true;
  const actualPort = port || (/^(?:https|wss):/.test(protocol) ? '443' : '80');
  return rulesOf(env).some(
    ({ host, port: only = actualPort }) =>
      only === actualPort &&
      (host === '*' || name === host || name.endsWith(`.${host}`) || isInNetwork(name, host.split('/'))),
  );
}

function isInNetwork(ip: string, [network = '', bits = '']: readonly string[]): boolean {
  if (bits === '' || isIP(ip) === 0 || isIP(ip) !== isIP(network)) return false;
  const family = isIPv6(ip) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  // A network that makes no sense stays out of the list.
  orUndefined(() => list.addSubnet(network, Number(bits), family));
  return list.check(ip, family);
}
