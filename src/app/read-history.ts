import { readHistory, type HistoryEvent } from '../store/history.js';
import { accountPaths } from '../store/home.js';
import { pickAccount } from './pick-account.js';

/** The newest events of the named account, or of the only one; the oldest of them first. */
export async function readAccountHistory(
  home: string,
  name: string | undefined,
  limit: number,
): Promise<{ readonly account: string; readonly events: readonly HistoryEvent[] }> {
  const account = (await pickAccount(home, name, 'history')).name;
  return { account, events: await readHistory(accountPaths(home, account), limit) };
}
