import { lstat, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, appError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import { shellWord } from '../errors/shell-word.js';
import { syncFolder, tempName } from '../lib/private-files.js';
import { readError, systemCode, writeError } from '../lib/system-error.js';

/** Stands in every file that a schedule consists of; a file without it is somebody else's. */
export const ownMark = 'Written by keyturn schedule install';

/** The text of our file; undefined when there is none. A foreign file, or a link such as `systemctl mask` makes, is KT853. */
export async function readOwnFile(path: string): Promise<string | undefined> {
  try {
    const stats = await lstat(path);
    const text = stats.isFile() ? await readFile(path, 'utf8') : '';
    if (text.includes(ownMark)) return text;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw readError(path, error);
  }
  throw appError(scheduleErrors.foreign, { place: path, hint: `mv ${shellWord(path)} ${shellWord(`${path}.old`)}` });
}

/** Whether a file of ours is there; somebody else's counts as none. */
export async function isOwnFile(path: string): Promise<boolean> {
  try {
    return (await readOwnFile(path)) !== undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === scheduleErrors.foreign.code) return false;
    throw error;
  }
}

/** Swaps the file in one step. Schedulers read it as this user or as root, and it holds no secret. */
export async function writeOwnFile(path: string, text: string): Promise<void> {
  const temp = tempName(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temp, 'wx', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temp, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await unlink(temp).catch(() => undefined);
    throw writeError(path, error);
  }
}

/** Says whether there was one. */
export async function removeOwnFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw writeError(path, error);
  }
}

/** Puts files back as they were before an install that failed. */
export async function restoreFiles(before: ReadonlyMap<string, string | undefined>): Promise<void> {
  for (const [path, text] of before) {
    await (text === undefined ? removeOwnFile(path) : writeOwnFile(path, text)).then(
      () => undefined,
      () => undefined,
    );
  }
}
