import { redactProxy } from '../../lib/redact-proxy.js';
import { listAccounts, type AccountConfig, type BrokenAccount } from '../../store/accounts.js';
import { homeOf, type ProcessContext } from '../process-context.js';

/** All accounts by name, without the user and password of their proxies. */
export async function shownAccounts(context: Pick<ProcessContext, 'env' | 'platform'>): Promise<{
  readonly accounts: readonly AccountConfig[];
  readonly broken: readonly BrokenAccount[];
}> {
  const { accounts, broken } = await listAccounts(homeOf(context));
  return { accounts: accounts.map((each) => ({ ...each, proxy: redactProxy(each.proxy) })), broken };
}
