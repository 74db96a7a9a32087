import { readHistory, type HistoryEvent } from '../store/history.js';
import { accountPaths } from '../store/home.js';
import { pickAccount } from './pick-account.js';

export interface AccountHistory {
  readonly account: string;
  /** Oldest first. */
  readonly events: readonly HistoryEvent[];
}

/** The newest events of the named account, or of the only one. */
export async function readAccountHistory(
  home: string,
  name: string | undefined,
  limit: number,
): Promise<AccountHistory> {
  const account = (await pickAccount(home, name, 'history')).name;
  return { account, events: await readHistory(accountPaths(home, account), limit) };
}
