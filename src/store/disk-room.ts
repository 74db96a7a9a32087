import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode, writeError } from '../lib/system-error.js';

export interface DiskRoom {
  /** The folder that was measured: the given one, or its nearest existing parent. */
  readonly folder: string;
  /** Free bytes for this user, without the space reserved for root. */
  readonly freeBytes: number;
}

/** Free space at a folder that exists or will be created. Rejects with KT214 where nothing can be written. */
export async function diskRoom(wanted: string): Promise<DiskRoom> {
  const folder = await nearestFolder(wanted);
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    throw writeError(folder, error);
  }
  const { bavail, bsize } = await statfs(folder);
  return { folder, freeBytes: bavail * bsize };
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw writeError(path, error);
    return nearestFolder(dirname(path));
  }
}
