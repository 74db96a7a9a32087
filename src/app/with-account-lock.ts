import { newRunId } from '../lib/run-id.js';
import { appendHistory } from '../store/history.js';
import type { AccountPaths } from '../store/home.js';
import { acquireLock } from '../store/lock.js';
import type { ProcessContext } from './process-context.js';

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
