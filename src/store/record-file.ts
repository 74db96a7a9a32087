import { isUtf8 } from 'node:buffer';
import { readFile, rename } from 'node:fs/promises';
import { AppError, appError, orAppError } from '../lib/app-error.js';
import { storeErrors } from '../lib/store-errors.js';
import {
  readPrivateBytes,
  removePrivateFile,
  unfinishedWrites,
  writePrivateFile,
  type Outlasts,
} from '../lib/private-files.js';
import { parseSealed, type Label, type RecordVault } from './secrets/sealed-record.js';
import { parseJson, validate, type Schema, type Validated } from './validate.js';
import { warningTexts } from '../messages/warnings.js';
import type { Text } from '../messages/text.js';

/** Reports a repaired or moved file, as one sentence without secrets. */
export type Warn = (text: Text) => void;

/**
 * A JSON record in a private file. With `twice`, each write first writes the same content to `<path>.bak`. A disk may
 * report a write that it has not done; if a power cut then truncates the main file, the record is read from the copy.
 */
export interface RecordFile<T, F extends object = object> {
  readonly path: string;
  readonly schema: Schema<T>;
  readonly twice: boolean;
  /** Without it the record is always plain. With it, plain and encrypted files are both read. */
  readonly sealing?: Sealing<T, F>;
}

/** How a record is encrypted where the home's records are. The facts are the part that stays readable. */
export interface Sealing<T, F extends object> {
  readonly account: string;
  /** A run that is not due does not load the vault. */
  readonly vault: () => Promise<RecordVault>;
  /** Whether the home's records are encrypted, at a glance. */
  readonly isOn: () => boolean;
  readonly role: Label['role'];
  readonly factsOf: (value: T) => F;
  readonly facts: Schema<F>;
}

/** A record that may be encrypted. */
export type SealedFile<T, F extends object> = Required<RecordFile<T, F>>;

type Place = Pick<RecordFile<unknown>, 'path' | 'twice'>;
type Parse<T> = (text: string) => Validated<T> | Promise<Validated<T>>;

const backupOf = (path: string): string => `${path}.bak`;

/** The paths of all copies, in the order of writing. */
export const copiesOf = ({ path, twice }: Place): readonly string[] => (twice ? [backupOf(path), path] : [path]);

/**
 * Undefined when there is no record. If the file is damaged, its second copy is read, with a warning; without a valid
 * copy this rejects. The second copy is written first, so a damaged copy without a main file is a first write that a
 * power cut interrupted: there is no record yet.
 */
export async function readRecordFile<T>(file: RecordFile<T>, warn?: Warn): Promise<T | undefined> {
  return readEither(file, (text) => parseRecord(text, file), warn);
}

/** The reader, the writer and the remover of one kind of record. */
export const recordsIn = <W, T>(fileOf: (where: W) => RecordFile<T>, outlasts?: Outlasts) => ({
  read: (where: W, warn?: Warn) => readRecordFile(fileOf(where), warn),
  write: (where: W, value: T, warn?: Warn) => writeRecordFile(fileOf(where), value, warn, outlasts),
  remove: (where: W) => removeRecordFile(fileOf(where)),
});

/** As {@link readRecordFile}, but a damaged record, too, reads as none, with a warning. */
async function readUnlessDamaged<T>(file: RecordFile<T>, warn?: Warn): Promise<T | undefined> {
  const found = await orAppError(readRecordFile(file, warn));
  if (!(found instanceof AppError)) return found;
  if (found.code !== storeErrors.damaged.code) throw found;
  warn?.(found.texts.message);
  return undefined;
}

/** As {@link recordsIn}, for a record that only saves work: a damaged one reads as none, with a warning. */
export function recordAt<W, T>(schema: Schema<T>, pathOf: (where: W) => string) {
  const fileOf = (where: W): RecordFile<T> => ({ path: pathOf(where), schema, twice: false });
  const read = (where: W, warn?: Warn) => readUnlessDamaged(fileOf(where), warn);
  return { ...recordsIn(fileOf, 'content'), read };
}

/** Complete records in temporary files, from writes that were killed before the rename. Truncated files are skipped. */
export async function readUnfinishedWrites<T>(file: RecordFile<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for (const temp of unfinishedWrites(file.path)) {
    const read = await readOne(temp, (text) => parseRecord(text, file));
    if (read?.ok) found.push(read.value);
  }
  return found;
}

/** Needs no keychain and no passphrase. Does not authenticate the facts: only reading the record does. */
export async function readRecordFacts<T, F extends object>(file: SealedFile<T, F>, warn?: Warn) {
  const { path, schema, sealing } = file;
  const parseFacts = async (text: string): Promise<Validated<F>> => {
    const sealed = parseSealed(text);
    if (sealed !== undefined && sealed !== 'plain')
      return sealed.ok ? validate(sealing.facts, sealed.value.facts) : sealed;
    if (sealing.isOn()) await (await sealing.vault()).admitPlain(path);
    const plain = parseJson(schema, text);
    return plain.ok ? { ok: true, value: sealing.factsOf(plain.value) } : plain;
  };
  return readEither(file, parseFacts, warn);
}

async function readEither<T>({ path, twice }: Place, parse: Parse<T>, warn?: Warn): Promise<T | undefined> {
  const main = await readOne(path, parse);
  if (main?.ok) return main.value;
  const copy = twice ? await readOne(backupOf(path), parse) : undefined;
  if (copy?.ok) {
    warn?.(warningTexts.secondCopy(path, main?.problems, backupOf(path)));
    return copy.value;
  }
  if (main) throw appError(storeErrors.damaged, { path, problems: main.problems });
  if (copy) warn?.(warningTexts.cutOff(backupOf(path), copy.problems));
  return undefined;
}

/** Moves a damaged file aside, with a warning. Replaces a file with loose modes: refusing could lose a new key. */
export async function writeRecordFile<T>(file: RecordFile<T>, value: T, warn?: Warn, outlasts: Outlasts = 'all') {
  const plain = `${JSON.stringify(value, null, 2)}\n`;
  const { sealing } = file;
  const label = sealing && { account: sealing.account, role: sealing.role, facts: sealing.factsOf(value) };
  const text = label ? await (await sealing.vault()).seal(plain, label) : plain;
  for (const path of copiesOf(file)) {
    await setAsideIfDamaged(path, file, warn);
    // The folder of both copies is synced once, by the last one.
    await writePrivateFile(path, text, path === file.path ? outlasts : 'content');
  }
}

async function removeRecordFile({ path, twice }: Place): Promise<boolean> {
  const hadMain = await removePrivateFile(path);
  const hadCopy = twice ? await removePrivateFile(backupOf(path)) : false;
  return hadMain || hadCopy;
}

async function readOne<T>(path: string, parse: Parse<T>): Promise<Validated<T> | undefined> {
  const bytes = await readPrivateBytes(path);
  return bytes && parseBytes(bytes, parse);
}

async function parseBytes<T>(bytes: Buffer, parse: Parse<T>): Promise<Validated<T>> {
  if (!isUtf8(bytes)) return { ok: false, problems: ['it is not UTF-8 text'] };
  return parse(new TextDecoder().decode(bytes));
}

/** Rejects when the record is encrypted and the identity is not available, or is plain and should be encrypted. */
async function parseRecord<T>(text: string, { path, schema, sealing }: RecordFile<T>): Promise<Validated<T>> {
  const sealed = sealing && parseSealed(text);
  if (!sealing || sealed === undefined) return parseJson(schema, text);
  const vault = await sealing.vault();
  if (sealed === 'plain') {
    await vault.admitPlain(path);
    return parseJson(schema, text);
  }
  if (!sealed.ok) return sealed;
  const opened = await vault.open(sealed.value, sealing, path);
  return opened.ok ? parseJson(schema, opened.value) : opened;
}

/** As strict as the reader, so that a file that the reader calls damaged is never overwritten. */
async function setAsideIfDamaged<T>(path: string, file: RecordFile<T>, warn?: Warn): Promise<void> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return;
  // A record that cannot be decrypted now is kept as well: its key may become available again.
  const found = await orAppError(parseBytes(bytes, (text) => parseRecord(text, file)));
  if (!(found instanceof AppError) && found.ok) return;
  const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  await rename(path, aside).catch(() => undefined);
  warn?.(warningTexts.setAside(path, found instanceof AppError ? [found.message] : found.problems, aside));
}
