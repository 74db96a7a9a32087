import { editTexts } from '../messages/edit-texts.js';
import type { Text } from '../messages/text.js';
import { listIndex, type ValuePath } from '../lib/value-path.js';

/** Each holds for a whole value, or for a sign that no key contains. */
const references = [
  /\$[{(]|\{\{|<%|#\{/,
  /^\$(?:env:)?\w+$/,
  /^%[^%\s]+%$/,
  /^\{\w+:[^{}]*\}$/,
  /^(?:os\.environ|process\.env|env|ENV|secrets|vars)[./[]/,
  /^(?:op|env|file|secrets?|vault|bao|sops|ref\+\w+|keyring|keychain|(?:aws|gcp|az)[\w-]*|akv|bws|infisical|doppler):\S/,
  /^(?:arn:aws:|projects\/[^/]+\/secrets\/|@Microsoft\.KeyVault\()/,
];

/** SOPS, EJSON, Jasypt, dotenvx, Ansible, Vault transit, Spring, PGP and age. */
const encrypted = /^(?:ENC[[(]|EJ\[|encrypted:|\$ANSIBLE_VAULT;|vault:v\d+:|\{cipher\}|-----BEGIN )/;

/** What a value is that must never be replaced, because its owner chose to keep the key elsewhere, or encrypted. */
export function foreignValue(value: string): Text | undefined {
  const text = value.trim();
  if (encrypted.test(text)) return editTexts.encrypted;
  return references.some((reference) => reference.test(text)) ? editTexts.reference : undefined;
}

/** A file that is encrypted as a whole: Ansible Vault, PGP, age. */
export const encryptedFile = /^(?:\ufeff)?\s*(?:\$ANSIBLE_VAULT;|-----BEGIN (?:PGP|AGE) |age-encryption\.org\/)/;

/** An env file of SOPS or dotenvx. */
export const encryptedEnv =
  /^[ \t]*(?:export[ \t]+)?(?:(?:sops_(?:mac|lastmodified)|DOTENV_PUBLIC_KEY\w*)[ \t]*=|[A-Za-z_][\w.-]*[ \t]*=[ \t]*["']?encrypted:)/m;

/** A document whose values are encrypted (SOPS), or a place that holds base64 (Kubernetes). */
export function foreignFile(root: unknown, path: ValuePath): Text | undefined {
  const { sops } = recordOf(root);
  if (['mac', 'lastmodified'].some((name) => name in recordOf(sops))) return editTexts.encryptedFile;
  let node = root;
  for (const step of path) {
    const { kind } = recordOf(node);
    if (step === 'encryptedData') return editTexts.encrypted;
    if ((step === 'data' && kind === 'Secret') || (step === 'binaryData' && kind === 'ConfigMap')) {
      return editTexts.base64(step);
    }
    node = Array.isArray(node) ? node[listIndex(step) ?? -1] : recordOf(node)[step];
  }
  return undefined;
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
