import { examineSecrets } from '../change-secrets.js';
import { ok, problemOf, warning, type Finding } from './finding.js';

/** Whether encrypted records can be decrypted now, and whether plain ones remain. Silent if encryption is off. */
export async function secretsFindings(home: string): Promise<Finding[]> {
  const check = 'secrets at rest';
  const { encryption, protectedBy, plain, trouble, next } = await examineSecrets(home);
  if (trouble) return [problemOf(check, trouble)];
  if (encryption === 'off') return [];
  if (next !== undefined) {
    const text = `encryption is ${encryption}, and ${plain.length} files are in the clear`;
    return [warning(check, text, { next })];
  }
  return [ok(check, `encrypted, and the key can be had (${protectedBy.join(', ')})`)];
}
