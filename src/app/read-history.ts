import { appError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';
import { readHistory, verifyHistory, type HistoryEvent } from '../store/history.js';
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

export interface HistoryVerification {
  readonly account: string;
  readonly lines: number;
  /** Lines that a kill cut off. */
  readonly torn: number;
}

/**
 * Rejects at the first line that does not follow from the one before it. The chain cannot show that events are missing
 * at the end.
 */
export async function verifyAccountHistory(home: string, name: string | undefined): Promise<HistoryVerification> {
  const account = (await pickAccount(home, name, 'history')).name;
  const paths = accountPaths(home, account);
  const check = await verifyHistory(paths);
  if (!check.ok) {
    const { line, problem } = check;
    throw appError(storeErrors.brokenHistory, { account, path: paths.history, line, problem });
  }
  return { account, lines: check.lines, torn: check.torn };
}
