import { lstat, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, appError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import { shellWord } from '../messages/shell-word.js';
import { same } from '../messages/text.js';
import { removePrivateFile, syncFolder, tempName } from '../lib/private-files.js';
import { readError, systemCode, writeError } from '../lib/system-error.js';

/** The mark in every file of a schedule. A file without it is not keyturn's. */
export const ownMark = 'Written by keyturn schedule install';

/** Undefined when there is no file. Throws KT853 for a foreign file and for a link, such as `systemctl mask` makes. */
export async function readOwnFile(path: string): Promise<string | undefined> {
  try {
    const stats = await lstat(path);
    const text = stats.isFile() ? await readFile(path, 'utf8') : '';
    if (text.includes(ownMark)) return text;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw readError(path, error);
  }
  throw appError(scheduleErrors.foreign, {
    place: same(path),
    hint: `mv ${shellWord(path)} ${shellWord(`${path}.old`)}`,
  });
}

/** Whether keyturn's file is there; any other file at this path counts as none. */
export async function isOwnFile(path: string): Promise<boolean> {
  try {
    return (await readOwnFile(path)) !== undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === scheduleErrors.foreign.code) return false;
    throw error;
  }
}

/** Replaces the file in one step. Everybody may read it: schedulers read it as this user or root; it has no secret. */
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

export async function restoreFiles(before: ReadonlyMap<string, string | undefined>): Promise<void> {
  for (const [path, text] of before) {
    await (text === undefined ? removePrivateFile(path) : writeOwnFile(path, text)).then(
      () => undefined,
      () => undefined,
    );
  }
}
