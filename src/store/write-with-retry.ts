import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';
import type { AccountPaths } from './home.js';
import { removePrivateFile, writePrivateFile } from '../lib/private-files.js';
import { systemCode } from '../lib/system-error.js';

/** Room for the new key in all its files several times over. */
const reservedBytes = 64 * 1024;
/** Too many open files, or a network drive that hiccups, is over in a moment. */
const pausesMs = [100, 400, 1000];

const reserveFile = (paths: AccountPaths) => `${paths.rotation}.reserve`;

/**
 * Takes disk space away before a rotation, so that a disk that fills up during it has room for the new key: the old one
 * is dead then, and nothing else holds the new one. Rejects when there is no such room. Chance bytes, since a file system
 * that compresses would keep no room for zeros.
 */
export async function reserveRoom(paths: AccountPaths): Promise<void> {
  await writePrivateFile(reserveFile(paths), randomBytes(reservedBytes));
}

export async function releaseRoom(paths: AccountPaths): Promise<boolean> {
  return removePrivateFile(reserveFile(paths));
}

/** Writes what must not be lost: gives the reserved room to it when the disk is full, and tries a few times. */
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
