import * as z from 'zod/mini';
import { appError } from '../../lib/app-error.js';
import { secretsErrors } from './secrets-errors.js';
import { storeErrors } from '../../lib/store-errors.js';
import { secretsErrorTexts } from '../../messages/secrets-errors.js';
import { keyRecord } from '../../core/key-record.js';
import { sessionCheckpoint } from '../../core/session-checkpoint.js';
import type { AccountConfig } from '../accounts.js';
import { stored, version1 } from '../../lib/schema.js';
import { parseJson, type Schema } from '../validate.js';
import { decryptWith, encryptFor } from './age.js';

const bundle = stored({
  keyturn: z.literal('account-export'),
  version: version1,
  // Saving the account validates it in full.
  account: stored({ name: z.string() }) as unknown as Schema<AccountConfig>,
  key: z.optional(keyRecord),
  session: z.optional(sessionCheckpoint),
  history: z.optional(z.string()),
});

/** The content of an export: the whole account except its browser profile and its questions. */
export type AccountBundle = Readonly<z.output<typeof bundle>>;

/** The text of an export: an age file that the passphrase alone decrypts. */
export async function sealExport(content: AccountBundle, passphrase: string): Promise<string> {
  return encryptFor({ passphrase }, JSON.stringify(content));
}

/** Rejects with KT923 for a wrong passphrase, and with KT230 for a file that is damaged, changed or not an export. */
export async function openExport(text: string, path: string, passphrase: string): Promise<AccountBundle> {
  const refuse = (...problems: string[]) => appError(storeErrors.badImport, { path, problems });
  if (text.startsWith('{')) throw refuse('keyturn 0.1.0 wrote it, and no later version reads its format');
  const opened = await decryptWith({ passphrase }, text);
  if (!opened.ok) {
    if (opened.isForeign) {
      const problem = secretsErrorTexts.doesNotOpen(path);
      throw appError(secretsErrors.badPassphrase, { problem, fix: 'keyturn account import --help' });
    }
    throw refuse('it is not an age file, or it is damaged or cut off');
  }
  const content = parseJson(bundle, opened.text);
  if (!content.ok) throw refuse(...content.problems);
  return content.value;
}
