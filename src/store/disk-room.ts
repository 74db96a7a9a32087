import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode, writeError } from '../lib/system-error.js';

export interface DiskRoom {
  /** The folder that was looked at: the wanted one, or the nearest one above it that exists. */
  readonly folder: string;
  /** For this user, without what is reserved for root. */
  readonly freeBytes: number;
  /** New files that still fit; undefined where the file system has no fixed number of them. */
  readonly freeFiles?: number;
}

/** How much room there is where a folder is or would be. Throws KT214 where nothing can be written. */
export async function diskRoom(wanted: string): Promise<DiskRoom> {
  const folder = await nearestFolder(wanted);
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    throw writeError(folder, error);
  }
  const { bavail, bsize, files, ffree } = await statfs(folder);
  return { folder, freeBytes: bavail * bsize, ...(files > 0 ? { freeFiles: ffree } : {}) };
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
