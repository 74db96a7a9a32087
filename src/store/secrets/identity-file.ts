import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { appError } from '../../errors/app-error.js';
import { secretsErrors } from '../../errors/secrets-errors.js';
import type { IsoTime } from '../../core/outcome.js';
import { readRecordFile, removeRecordFile, writeRecordFile, type RecordFile } from '../record-file.js';
import { boolean, isoTime, listOf, nonEmptyString, object, oneOf, version1 } from '../validate.js';

/** `identity.json`: how the home's records are encrypted. There is no such file where they are not. */
export interface IdentityFile {
  readonly version: 1;
  /** Plain and encrypted records are both read until a change is complete. */
  readonly state: 'on' | 'encrypting' | 'decrypting';
  readonly since: IsoTime;
  /** The public half of the identity; enough to encrypt. Names the keychain's entry, too. */
  readonly recipient: string;
  readonly inKeychain: boolean;
  /** The identity as age files with a passphrase; two while the passphrase changes. */
  readonly behindPassphrase: readonly string[];
}

const schema = object<IdentityFile>({
  version: version1,
  state: oneOf('on', 'encrypting', 'decrypting'),
  since: isoTime,
  recipient: nonEmptyString,
  inKeychain: boolean,
  behindPassphrase: listOf(nonEmptyString),
});

/** Kept twice, because without this file every encrypted record is lost. */
const fileOf = (home: string): RecordFile<IdentityFile> => ({ path: join(home, 'identity.json'), schema, twice: true });

/** Undefined when encryption is off. */
export async function readIdentityFile(home: string): Promise<IdentityFile | undefined> {
  const file = await readRecordFile(fileOf(home));
  if (file) return file;
  const isOld = await access(join(home, 'encryption.json')).then(
    () => true,
    () => false,
  );
  if (isOld) throw appError(secretsErrors.oldEncryption, undefined);
  return undefined;
}

export const writeIdentityFile = (home: string, file: IdentityFile): Promise<void> =>
  writeRecordFile(fileOf(home), file);

export const removeIdentityFile = (home: string): Promise<boolean> => removeRecordFile(fileOf(home));
