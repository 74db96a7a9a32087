import { join } from 'node:path';
import { readRecordFile, removeRecordFile, writeRecordFile, type RecordFile, type Warn } from '../record-file.js';
import { isoTime, listOf, nonEmptyString, object, oneOf, optional, version1, type Schema } from '../validate.js';
import type { Sealed } from './cipher.js';
import { base64 } from './envelope.js';
import { scryptParams, type ScryptParams } from './passphrase.js';

/** One way to obtain a data key. Any of a key's slots is enough. */
export type Slot = { readonly by: 'keychain' } | PassphraseSlot;

export interface PassphraseSlot extends Sealed {
  readonly by: 'passphrase';
  readonly kdf: ScryptParams;
}

export interface VaultKey {
  readonly kid: string;
  readonly createdAt: string;
  readonly slots: readonly Slot[];
}

/** `encryption.json`: the keys that encrypt the home's records, and the slots of each. Contains no key in the clear. */
export interface VaultFile {
  readonly version: 1;
  /** The key for new writes; when absent, records are written plain. */
  readonly active?: string;
  /** The keys that records may still be encrypted with. */
  readonly keys: readonly VaultKey[];
}

const slotBy = object<{ readonly by: Slot['by'] }>({ by: oneOf('keychain', 'passphrase') });
const passphraseSlot = object<PassphraseSlot>({
  by: oneOf('passphrase'),
  kdf: scryptParams,
  iv: base64,
  data: base64,
  tag: base64,
});
const slot: Schema<Slot> = (value, path, problems) => {
  const { by } = slotBy(value, path, problems) ?? {};
  return by === 'passphrase' ? passphraseSlot(value, path, problems) : { by: 'keychain' };
};

const vaultFile = object<VaultFile>({
  version: version1,
  active: optional(nonEmptyString),
  keys: listOf(object<VaultKey>({ kid: nonEmptyString, createdAt: isoTime, slots: listOf(slot) })),
});

const vaultPath = (home: string): string => join(home, 'encryption.json');

/** Kept twice, because without this file every encrypted record is lost. */
const fileOf = (home: string): RecordFile<VaultFile> => ({ path: vaultPath(home), schema: vaultFile, twice: true });

/** Returns an empty file for a home that has never encrypted anything. */
export async function readVaultFile(home: string, warn?: Warn): Promise<VaultFile> {
  return (await readRecordFile(fileOf(home), warn)) ?? { version: 1, keys: [] };
}

export async function writeVaultFile(home: string, file: VaultFile): Promise<void> {
  await writeRecordFile(fileOf(home), file);
}

export async function removeVaultFile(home: string): Promise<void> {
  await removeRecordFile(fileOf(home));
}
