import { isUtf8 } from 'node:buffer';
import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { AppError } from './app-error.js';
import { fileIs, fileSize, notUtf8 } from '../messages/file-reasons.js';
import type { Text } from '../messages/text.js';
import { kindOf } from './private-files.js';
import { readReason, systemCode } from './system-error.js';

interface BoundedFileOptions {
  readonly mostBytes: number;
  readonly refuse: (reason: Text, cause?: unknown) => AppError;
  /** Called with what was opened, before it is read. */
  readonly check?: (stats: Stats) => void | Promise<void>;
}

/**
 * The text of a file that the user names, without its byte order mark. A link is followed. Only a plain file is opened: a
 * program that serves a named pipe may prompt its user at every open.
 */
export async function readBoundedFile(path: string, { mostBytes, refuse, check }: BoundedFileOptions) {
  let handle: FileHandle | undefined;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw refuse(fileIs(kindOf(found)));
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await handle.stat();
    if (stats.size > mostBytes) throw refuse(fileSize(stats.size));
    await check?.(stats);
    const bytes = await handle.readFile();
    if (!isUtf8(bytes)) throw refuse(notUtf8);
    return { text: new TextDecoder().decode(bytes), stats };
  } catch (error) {
    const code = systemCode(error);
    throw code === undefined ? error : refuse(readReason(code), error);
  } finally {
    await handle?.close();
  }
}
