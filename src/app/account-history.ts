import { newRunId } from '../lib/run-id.js';
import { appendHistory, readHistory } from '../store/history.js';
import { accountPaths, type AccountPaths } from '../store/home.js';
import { acquireLock } from '../store/lock.js';
import { pickAccount } from './pick-account.js';
import type { ProcessContext } from './process-context.js';

/** The newest events of the named account, or of the only one; the oldest of them first. */
export async function readAccountHistory(home: string, name: string | undefined, limit: number) {
  const account = (await pickAccount(home, name, 'history')).name;
  return { account, events: await readHistory(accountPaths(home, account), limit) };
}

/** Does the work as a run of its own. `waitMs`: how long to wait for another run that holds the account. */
export async function withAccountLock<T>(
  paths: AccountPaths,
  command: string,
  { clock, signal }: Pick<ProcessContext, 'clock' | 'signal'>,
  work: (addHistory: (event: string, details?: object) => Promise<void>) => Promise<T>,
  waitMs = 0,
): Promise<T> {
  const runId = newRunId();
  const { now } = clock;
  const lock = await acquireLock(paths.lock, { command, runId, waitMs, now, signal });
  try {
    return await work((event, details) =>
      appendHistory(paths, { at: new Date(now()).toISOString(), runId, event, ...details }),
    );
  } finally {
    await lock.release();
  }
}
