import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { AppError } from './app-error.js';
import { fileIs, fileSize, notUtf8 } from '../messages/file-reasons.js';
import type { Text } from '../messages/text.js';
import { kindOf } from './private-files.js';
import { readReason, systemCode } from './system-error.js';

interface BoundedFileOptions {
  readonly mostBytes: number;
  readonly refuse: (reason: Text, cause?: unknown) => AppError;
  /** Called before the file is opened. */
  readonly check?: (stats: Stats) => void | Promise<void>;
}

/**
 * The text of a file that the user names, without its byte order mark. A link is followed. The file is checked before
 * it is opened: a program that serves a named pipe may prompt its user at every open.
 */
export async function readBoundedFile(
  path: string,
  { mostBytes, refuse, check }: BoundedFileOptions,
): Promise<{ readonly text: string; readonly stats: Stats }> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw refuse(fileIs(kindOf(stats)));
    if (stats.size > mostBytes) throw refuse(fileSize(stats.size));
    await check?.(stats);
    const bytes = await readFile(path);
    if (!isUtf8(bytes)) throw refuse(notUtf8);
    return { text: new TextDecoder().decode(bytes), stats };
  } catch (error) {
    const code = systemCode(error);
    throw code === undefined ? error : refuse(readReason(code), error);
  }
}
