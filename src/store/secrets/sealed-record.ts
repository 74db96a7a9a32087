import * as z from 'zod/mini';
import { appError } from '../../errors/app-error.js';
import { secretsErrors } from '../../errors/secrets-errors.js';
import { isPlainObject, nonEmptyString, object, oneOf, validate, version1, type Validated } from '../validate.js';

/** Says which record an encrypted text is, so that one file cannot take another's place. */
export interface Label {
  readonly account: string;
  readonly role: 'key' | 'rotation' | 'session';
  /** Readable without the identity, e.g. when an API key expires. Never a secret. */
  readonly facts: object;
}

/** The JSON of an encrypted record. */
export interface SealedRecord {
  readonly keyturn: 'age';
  readonly version: 1;
  readonly recipient: string;
  /** A copy of the facts in the label. */
  readonly facts: object;
  /** An armored age file with the label and the record. */
  readonly age: string;
}

const sealedRecord = object<SealedRecord>({
  keyturn: oneOf('age'),
  version: version1,
  recipient: nonEmptyString,
  facts: z.looseObject({}),
  age: nonEmptyString,
});

/** Undefined when the text is not JSON, `plain` when it is in the clear. Throws KT931 for a record of 0.1.0. */
export function parseSealed(text: string): Validated<SealedRecord> | 'plain' | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isPlainObject(value) || value['keyturn'] === undefined) return 'plain';
  if (value['keyturn'] === 'encrypted') throw appError(secretsErrors.oldEncryption, undefined);
  return validate(sealedRecord, value);
}
