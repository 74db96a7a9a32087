import { fchmodSync } from 'node:fs';
import { lstat, mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, appError, orAppError } from '../lib/app-error.js';
import { scheduleErrors } from './schedule-errors.js';
import { shellWord } from '../messages/shell-word.js';
import { same } from '../messages/text.js';
import { removePrivateFile, throughTemp } from '../lib/private-files.js';
import { readError, systemCode, writeError } from '../lib/system-error.js';
import type { Change } from './scheduler.js';

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
  const hint = `mv ${shellWord(path)} ${shellWord(`${path}.old`)}`;
  throw appError(scheduleErrors.foreign, { place: same(path), hint });
}

/** Whether keyturn's file is there; any other file at this path counts as none. */
export async function isOwnFile(path: string): Promise<boolean> {
  const found = await orAppError(readOwnFile(path));
  if (found instanceof AppError && found.code !== scheduleErrors.foreign.code) throw found;
  return typeof found === 'string';
}

/** Everybody may read the file: schedulers read it as this user or as root, and it has no secret. */
export async function writeOwnFile(path: string, text: string): Promise<readonly Change[]> {
  const before = await readOwnFile(path);
  if (before === text) return [];
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw writeError(path, error);
  });
  const publish = (temp: string) => rename(temp, path);
  await throughTemp(path, text, publish, { prepare: (descriptor) => fchmodSync(descriptor, 0o644) });
  return [{ what: before === undefined ? 'written' : 'updated', name: path }];
}

export async function removeOwnFile(path: string): Promise<readonly Change[]> {
  if (!(await isOwnFile(path))) return [];
  await removePrivateFile(path);
  return [{ what: 'removed', name: path }];
}
