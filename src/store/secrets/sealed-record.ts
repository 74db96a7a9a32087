import * as z from 'zod/mini';
import { appError } from '../../lib/app-error.js';
import { secretsErrors } from './secrets-errors.js';
import { orUndefined } from '../../lib/or-undefined.js';
import { nonEmptyString, stored, version1 } from '../../lib/schema.js';
import { isPlainObject, validate, type Validated } from '../validate.js';

/** Says which record an encrypted text is, so that one file cannot take another's place. */
export interface Label {
  readonly account: string;
  readonly role: 'key' | 'rotation' | 'session';
  /** Readable without the identity, e.g. when an API key expires. Never a secret. */
  readonly facts: object;
}

const sealedRecord = stored({
  keyturn: z.literal('age'),
  version: version1,
  recipient: nonEmptyString,
  /** A copy of the facts in the label. */
  facts: z.looseObject({}),
  /** An armored age file with the label and the record. */
  age: nonEmptyString,
});

export type SealedRecord = Readonly<z.output<typeof sealedRecord>>;

/** What encrypts and decrypts the records of a home: the vault, without what it is made of. */
export interface RecordVault {
  seal(plain: string, label: Label): Promise<string>;
  admitPlain(path: string): Promise<void>;
  open(sealed: SealedRecord, label: Omit<Label, 'facts'>, path: string): Promise<Validated<string>>;
}

/** Undefined when the text is not JSON, `plain` when it is in the clear. Throws KT931 for a record of 0.1.0. */
export function parseSealed(text: string): Validated<SealedRecord> | 'plain' | undefined {
  const value = orUndefined((): unknown => JSON.parse(text));
  if (value === undefined) return undefined;
  if (!isPlainObject(value) || value['keyturn'] === undefined) return 'plain';
  if (value['keyturn'] === 'encrypted') throw appError(secretsErrors.oldEncryption, undefined);
  return validate(sealedRecord, value);
}
