import { readFile, rename } from 'node:fs/promises';
import { AppError, appError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';
import { readPrivateFile, removePrivateFile, writePrivateFile } from './private-files.js';
import { parseShape, type Check } from './shape.js';
import { systemCode } from './system-error.js';

/** Told of something that was healed or set aside; one sentence without secrets. */
export type Warn = (message: string) => void;

/**
 * A JSON record in a private file. With `twice`, each write first puts the same content in `<path>.bak`, a file of its own:
 * a record that a lying disk cut off at a power cut is read from there, and the newest key with it.
 */
export interface RecordFile<T> {
  readonly path: string;
  readonly check: Check<T>;
  readonly twice: boolean;
  /**
   * Which of two good copies counts; by default the file itself. A kill between the two writes of one record leaves the
   * newer word in the second copy, which is written first.
   */
  readonly prefer?: (main: T, copy: T) => T;
}

export const backupOf = (path: string): string => `${path}.bak`;

/**
 * Undefined when there is none. A damaged record is read from its second copy, with a warning; without one it is an error.
 * The second copy is written first: one that is damaged while there is no file is a record's first write that a power cut
 * stopped, so there is no record yet.
 */
export async function readRecordFile<T>(file: RecordFile<T>, warn: Warn = () => undefined): Promise<T | undefined> {
  const main = await readOne(file.path, file.check);
  if (main.state === 'good') {
    if (!file.prefer) return main.value;
    // What is wrong with the second copy does not matter as long as the first is good.
    const second = await readOne(backupOf(file.path), file.check).catch(() => missing);
    return second.state === 'good' ? file.prefer(main.value, second.value) : main.value;
  }
  const copy = file.twice ? await readOne(backupOf(file.path), file.check) : missing;
  if (copy.state === 'good') {
    const trouble = main.state === 'missing' ? 'is gone' : `is damaged (${main.problems.join('; ')})`;
    warn(`${file.path} ${trouble}; its second copy ${backupOf(file.path)} was read instead.`);
    return copy.value;
  }
  if (main.state === 'damaged') throw appError(storeErrors.damaged, { path: file.path, problems: main.problems });
  if (copy.state === 'damaged') {
    warn(`${backupOf(file.path)} was cut off before the record was complete (${copy.problems.join('; ')}).`);
  }
  return undefined;
}

/**
 * Writes the record. A damaged file that stands in its place is moved aside first, with a warning, never overwritten;
 * one with loose modes is replaced, since refusing here could lose a new key.
 */
export async function writeRecordFile<T>(file: RecordFile<T>, value: T, warn: Warn = () => undefined): Promise<void> {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  for (const path of file.twice ? [backupOf(file.path), file.path] : [file.path]) {
    await setAsideIfDamaged(path, file.check, warn);
    await writePrivateFile(path, text);
  }
}

/** Says whether there was one. */
export async function removeRecordFile<T>(file: Omit<RecordFile<T>, 'check'>): Promise<boolean> {
  const hadMain = await removePrivateFile(file.path);
  const hadCopy = file.twice ? await removePrivateFile(backupOf(file.path)) : false;
  return hadMain || hadCopy;
}

type ReadOne<T> =
  | { readonly state: 'missing' }
  | { readonly state: 'good'; readonly value: T }
  | { readonly state: 'damaged'; readonly problems: readonly string[] };

const missing = { state: 'missing' } as const;

async function readOne<T>(path: string, check: Check<T>): Promise<ReadOne<T>> {
  let text: string | undefined;
  try {
    text = await readPrivateFile(path);
  } catch (error) {
    if (error instanceof AppError && error.code === storeErrors.damaged.code) {
      return { state: 'damaged', problems: ['it is not UTF-8 text'] };
    }
    throw error;
  }
  if (text === undefined) return missing;
  const parsed = parseShape(check, text);
  return parsed.ok ? { state: 'good', value: parsed.value } : { state: 'damaged', problems: parsed.problems };
}

async function setAsideIfDamaged<T>(path: string, check: Check<T>, warn: Warn): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (systemCode(error) !== undefined) return;
    throw error;
  }
  const parsed = parseBytes(check, bytes);
  if (parsed.ok) return;
  const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  await rename(path, aside).catch(() => undefined);
  warn(`${path} was damaged (${parsed.problems.join('; ')}); it was moved to ${aside}.`);
}

/** As strict as the reader: what it calls damaged must not pass here for a good file that may be overwritten. */
function parseBytes<T>(check: Check<T>, bytes: Buffer): ReturnType<typeof parseShape<T>> {
  try {
    return parseShape(check, new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { ok: false, problems: ['it is not UTF-8 text'] };
  }
}
