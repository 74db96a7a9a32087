import { existsSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeError } from '../lib/system-error.js';

/**
 * The free bytes for this user at a folder, or at its nearest parent that exists. Rejects with KT214 where nothing can
 * be written.
 */
export async function diskRoom(wanted: string) {
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
