import { join } from 'node:path';
import { AppError, appError } from '../../lib/app-error.js';
import { storeErrors } from '../../lib/store-errors.js';
import { lockTexts, storeErrorTexts } from '../../messages/store-errors.js';
import { acquireLock, describeHolder, readLock, type AccountLock, type LockHolder } from '../../store/lock.js';

export const watchLockPath = (home: string): string => join(home, 'watch.lock');

/** The process that watches this home; undefined if there is none, or if it is dead. */
export async function watchHolder(home: string): Promise<LockHolder | undefined> {
  return readLock(watchLockPath(home));
}

/** Allows one watch for each home. For a second one this throws KT220, which names the first. */
export async function takeWatchLock(
  home: string,
  options: { readonly runId: string; readonly now: () => number; readonly signal: AbortSignal },
): Promise<AccountLock> {
  try {
    return await acquireLock(watchLockPath(home), { command: 'keyturn watch', ...options });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== storeErrors.locked.code) throw error;
    const first = await watchHolder(home);
    const holder = first ? describeHolder(first, options.now()) : lockTexts.watchStarting;
    throw appError(storeErrors.locked, { what: storeErrorTexts.watch(home), holder }, { cause: error });
  }
}
