import { readFile, rename } from 'node:fs/promises';
import { AppError, appError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';
import { readPrivateFile, removePrivateFile, unfinishedWrites, writePrivateFile } from '../lib/private-files.js';
import { parseJson, type Schema, type Validated } from './validate.js';
import { systemCode } from '../lib/system-error.js';

/** Reports a repaired or moved file, as one sentence without secrets. */
export type Warn = (message: string) => void;

/**
 * A JSON record in a private file. With `twice`, each write first writes the same content to `<path>.bak`. A disk may
 * report a write that it has not done; if a power cut then truncates the main file, the record is read from the copy.
 */
export interface RecordFile<T, F extends object = object> {
  readonly path: string;
  readonly schema: Schema<T>;
  readonly twice: boolean;
  /** Without one the record is always plain. With one, plain and encoded files are both read. */
  readonly codec?: RecordCodec<T, F>;
}

/** Encodes a record for the disk, e.g. by encryption. The facts are the part that stays readable without decoding. */
export interface RecordCodec<T, F extends object = object> {
  /** Returns the text to write. `plain` is the JSON of `value`. */
  encode(plain: string, value: T): Promise<string>;
  /** Undefined when the text is not encoded. Rejects when it cannot be decoded here, or should be encoded. */
  decode(text: string): Promise<Decoded | undefined>;
  factsOf(value: T): F;
  /** Undefined when the text is not encoded. */
  readFacts(text: string): Validated<F> | undefined;
}

type Decoded =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problems: readonly string[] };

const backupOf = (path: string): string => `${path}.bak`;

/** The paths of all copies, in the order of writing. */
export const copiesOf = (file: { readonly path: string; readonly twice: boolean }): readonly string[] =>
  file.twice ? [backupOf(file.path), file.path] : [file.path];

/**
 * Undefined when there is no record. If the file is damaged, its second copy is read, with a warning; without a valid
 * copy this rejects. The second copy is written first, so a damaged copy without a main file is a first write that a
 * power cut interrupted: there is no record yet.
 */
export async function readRecordFile<T>(file: RecordFile<T>, warn: Warn = () => undefined): Promise<T | undefined> {
  return readEither(file, (path) => readOne(path, file), warn);
}

/** Complete records in temporary files, from writes that were killed before the rename. Truncated files are skipped. */
export async function readUnfinishedWrites<T>(file: RecordFile<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for (const temp of await unfinishedWrites(file.path)) {
    const read = await readOne(temp, file);
    if (read.state === 'good') found.push(read.value);
  }
  return found;
}

/**
 * The readable part of an encrypted record, or the same fields of a plain one. Needs no keychain and no passphrase.
 * Does not authenticate the facts; only reading the record does.
 */
export async function readRecordFacts<T, F extends object>(
  file: RecordFile<T, F> & { readonly codec: RecordCodec<T, F> },
  warn: Warn = () => undefined,
): Promise<F | undefined> {
  return readEither(file, (path) => readFacts(path, file), warn);
}

async function readEither<T>(
  file: Pick<RecordFile<unknown>, 'path' | 'twice'>,
  read: (path: string) => Promise<ReadOne<T>>,
  warn: Warn,
): Promise<T | undefined> {
  const main = await read(file.path);
  if (main.state === 'good') return main.value;
  const copy = file.twice ? await read(backupOf(file.path)) : missing;
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
 * Writes the record. A damaged file at its path is moved aside first, with a warning, and never overwritten.
 * A file with loose modes is replaced, because refusing here could lose a new key.
 */
export async function writeRecordFile<T>(file: RecordFile<T>, value: T, warn: Warn = () => undefined): Promise<void> {
  const plain = `${JSON.stringify(value, null, 2)}\n`;
  const text = file.codec ? await file.codec.encode(plain, value) : plain;
  for (const path of copiesOf(file)) {
    await setAsideIfDamaged(path, file, warn);
    await writePrivateFile(path, text);
  }
}

/** Returns whether there was a record. */
export async function removeRecordFile<T>(file: Omit<RecordFile<T>, 'schema'>): Promise<boolean> {
  const hadMain = await removePrivateFile(file.path);
  const hadCopy = file.twice ? await removePrivateFile(backupOf(file.path)) : false;
  return hadMain || hadCopy;
}

type ReadOne<T> =
  | { readonly state: 'missing' }
  | { readonly state: 'good'; readonly value: T }
  | { readonly state: 'damaged'; readonly problems: readonly string[] };

const missing = { state: 'missing' } as const;

async function readOne<T>(path: string, file: RecordFile<T>): Promise<ReadOne<T>> {
  const text = await readText(path);
  return typeof text === 'string' ? readRecord(text, file) : text;
}

/** Rejects when the record is encrypted and the identity is not available. */
async function readRecord<T>(text: string, { schema: check, codec }: RecordFile<T>): Promise<ReadOne<T>> {
  const decoded = (await codec?.decode(text)) ?? ({ ok: true, text } as const);
  if (decoded.ok) return readPlain(decoded.text, check);
  return { state: 'damaged', problems: decoded.problems };
}

async function readFacts<T, F extends object>(
  path: string,
  { schema: check, codec }: RecordFile<T, F> & { readonly codec: RecordCodec<T, F> },
): Promise<ReadOne<F>> {
  const text = await readText(path);
  if (typeof text !== 'string') return text;
  const facts = codec.readFacts(text);
  if (facts) return toReadOne(facts);
  const plain = readPlain(text, check);
  return plain.state === 'good' ? { state: 'good', value: codec.factsOf(plain.value) } : plain;
}

async function readText(path: string): Promise<string | ReadOne<never>> {
  try {
    return (await readPrivateFile(path)) ?? missing;
  } catch (error) {
    if (error instanceof AppError && error.code === storeErrors.damaged.code) {
      return { state: 'damaged', problems: ['it is not UTF-8 text'] };
    }
    throw error;
  }
}

const readPlain = <T>(text: string, schema: Schema<T>): ReadOne<T> => toReadOne(parseJson(schema, text));

function toReadOne<T>(parsed: Validated<T>): ReadOne<T> {
  return parsed.ok ? { state: 'good', value: parsed.value } : { state: 'damaged', problems: parsed.problems };
}

async function setAsideIfDamaged<T>(path: string, file: RecordFile<T>, warn: Warn): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (systemCode(error) !== undefined) return;
    throw error;
  }
  // A record that cannot be decrypted now is kept as well: its key may become available again.
  const found = await readBytes(bytes, file).catch((error: unknown) => {
    if (error instanceof AppError) return { state: 'damaged', problems: [error.message] } as const;
    throw error;
  });
  if (found.state !== 'damaged') return;
  const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  await rename(path, aside).catch(() => undefined);
  warn(`${path} was damaged (${found.problems.join('; ')}); it was moved to ${aside}.`);
}

/** As strict as the reader, so that a file that the reader calls damaged is never overwritten. */
async function readBytes<T>(bytes: Buffer, file: RecordFile<T>): Promise<ReadOne<T>> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { state: 'damaged', problems: ['it is not UTF-8 text'] };
  }
  return readRecord(text, file);
}
