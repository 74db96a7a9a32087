import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../lib/app-error.js';
import { storeErrors } from '../lib/store-errors.js';
import type { AccountPaths } from './home.js';
import { removePrivateFile, writePrivateFile } from '../lib/private-files.js';
import { systemCode } from '../lib/system-error.js';

/** Several times the size of a new key in all its files. */
const reservedBytes = 64 * 1024;
/** Too many open files and network-drive errors are usually over within these pauses. */
const pausesMs = [100, 400, 1000];

const reserveFile = (paths: AccountPaths) => `${paths.rotation}.reserve`;

/**
 * Reserves disk space before a rotation. If the disk fills up during the rotation, the new key still fits: the old key
 * is dead by then, and the new key is stored nowhere else. Rejects when there is not enough space. The reserved file
 * holds random bytes, because a compressing file system would reserve almost nothing for zeros.
 */
export async function reserveRoom(paths: AccountPaths): Promise<void> {
  await writePrivateFile(reserveFile(paths), randomBytes(reservedBytes));
}

export async function releaseRoom(paths: AccountPaths): Promise<boolean> {
  return removePrivateFile(reserveFile(paths));
}

/** Retries a write that must not be lost. When the disk is full, releases the reserved space first. */
export async function writeWithRetry(paths: AccountPaths, write: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== storeErrors.cannotWrite.code) throw error;
      if (isFull(error) && (await releaseRoom(paths).catch(() => false))) continue;
      const pauseMs = pausesMs[tries];
      if (pauseMs === undefined) throw error;
      await sleep(pauseMs);
    }
  }
}

function isFull({ cause }: AppError): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemCode(cause) ?? '');
}
