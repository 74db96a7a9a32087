import { pageProxyProblem, proxyFor, type Network } from '../../lib/network.js';
import { usageError } from '../../lib/settings-errors.js';
import { browserReasons } from '../../messages/browser-errors.js';
import type { AccountConfig } from '../../store/accounts.js';

/**
 * The account's network. Throws KT101 for a proxy that HTTP requests could use and the browser could not, because the
 * renewals would fail on the day that a person is needed. An account that uses HTTP only may have it.
 */
export function requireProxy(
  { name, proxy, method }: Pick<AccountConfig, 'name' | 'proxy' | 'method'>,
  baseUrl: string,
  env: NodeJS.ProcessEnv,
  verb: 'add' | 'set' = 'set',
): Network {
  const chosen = proxyFor(baseUrl, { proxy, env });
  const problem = chosen && pageProxyProblem(chosen.url);
  if (problem && !(method === 'http' && problem === browserReasons.socksLogin)) {
    const message = browserReasons.badProxy(problem, chosen?.variable);
    const command = verb === 'add' ? 'keyturn account add' : 'keyturn account set';
    throw usageError({ message, next: `${command} ${name} --proxy http://HOST:PORT` });
  }
  return { proxy, env };
}
