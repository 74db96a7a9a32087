import { rm } from 'node:fs/promises';
import { newRunId } from '../lib/run-id.js';
import { removeCheckpoint } from '../store/checkpoints.js';
import { appendHistory } from '../store/history.js';
import { accountPaths } from '../store/home.js';
import { acquireLock } from '../store/lock.js';

/** Deletes the account's checkpoint, browser profile and screenshots on this machine. Holds the account's lock. */
export async function forgetLogin(home: string, account: string, now: () => number): Promise<void> {
  const paths = accountPaths(home, account);
  const runId = newRunId();
  const lock = await acquireLock(paths.lock, { command: 'keyturn logout', runId, now });
  try {
    await removeCheckpoint(paths);
    await rm(paths.browser, { recursive: true, force: true, maxRetries: 3 });
    await rm(paths.evidence, { recursive: true, force: true });
    await appendHistory(paths, { at: new Date(now()).toISOString(), runId, event: 'logged-out' });
  } finally {
    await lock.release();
  }
}
