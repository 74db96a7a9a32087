import { join } from 'node:path';
import { storeErrorTexts } from '../../messages/store-errors.js';
import { acquireLock, readLock, type AcquireOptions } from '../../store/lock.js';

export const watchLockPath = (home: string): string => join(home, 'watch.lock');

/** The process that watches this home; undefined if there is none, or if it is dead. */
export const watchHolder = (home: string) => readLock(watchLockPath(home));

/** Allows one watch for each home. For a second one this throws KT220, which names the first. */
export const takeWatchLock = (home: string, options: Pick<AcquireOptions, 'runId' | 'now' | 'signal'>) =>
  acquireLock(watchLockPath(home), { command: 'keyturn watch', what: storeErrorTexts.watch(home), ...options });
