import { existsSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeError } from '../lib/system-error.js';

export interface DiskRoom {
  /** The folder that was measured: the given one, or its nearest existing parent. */
  readonly folder: string;
  /** Free bytes for this user, without the space reserved for root. */
  readonly freeBytes: number;
}

/** Free space at a folder that exists or will be created. Rejects with KT214 where nothing can be written. */
export async function diskRoom(wanted: string): Promise<DiskRoom> {
  let folder = wanted;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    throw writeError(folder, error);
  }
  const { bavail, bsize } = await statfs(folder);
  return { folder, freeBytes: bavail * bsize };
}
