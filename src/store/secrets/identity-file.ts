import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { appError } from '../../lib/app-error.js';
import { secretsErrors } from './secrets-errors.js';
import { isoTime, nonEmptyString, stored, version1 } from '../../lib/schema.js';
import { identityPath } from '../home.js';
import { recordsIn } from '../record-file.js';

const schema = stored({
  version: version1,
  /** Plain and encrypted records are both read until a change is complete. */
  state: z.enum(['on', 'encrypting', 'decrypting']),
  since: isoTime,
  /** The public half of the identity; enough to encrypt. Names the keychain's entry, too. */
  recipient: nonEmptyString,
  inKeychain: z.boolean(),
  /** The identity as age files with a passphrase; two while the passphrase changes. */
  behindPassphrase: z.readonly(z.array(nonEmptyString)),
});

/** `identity.json`: how the home's records are encrypted. There is no such file where they are not. */
export type IdentityFile = Readonly<z.output<typeof schema>>;

/** Kept twice, because without this file every encrypted record is lost. */
const records = recordsIn((home: string) => ({ path: identityPath(home), schema, twice: true }));
export const { write: writeIdentityFile, remove: removeIdentityFile } = records;

export async function readIdentityFile(home: string): Promise<IdentityFile | undefined> {
  const file = await records.read(home);
  if (file) return file;
  if (existsSync(join(home, 'encryption.json'))) throw appError(secretsErrors.oldEncryption, undefined);
  return undefined;
}
