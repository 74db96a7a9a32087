import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { appError } from '../../errors/app-error.js';
import { secretsErrors } from '../../errors/secrets-errors.js';
import type { KeyRecord } from '../../core/key-record.js';
import type { SessionCheckpoint } from '../../core/session-checkpoint.js';
import type { AccountConfig } from '../accounts.js';
import { sessionCheckpoint } from '../checkpoints.js';
import { keyRecord } from '../key-records.js';
import { isoTime, isPlainObject, object, oneOf, optional, parseJson, string, validate, version1 } from '../validate.js';
import { decrypt, encrypt, type Sealed } from './cipher.js';
import { base64 } from './envelope.js';
import { deriveKey, exportCost, scryptParams, type ScryptParams } from './passphrase.js';

/** The content of an export: the whole account except its browser profile and its questions. */
export interface AccountBundle {
  readonly version: 1;
  /** The content of `account.json`. */
  readonly account: AccountConfig;
  readonly key?: KeyRecord;
  readonly session?: SessionCheckpoint;
  /** The content of `history.jsonl`. */
  readonly history?: string;
}

interface ExportHead {
  readonly keyturn: 'account-export';
  readonly v: 1;
  readonly createdAt: string;
  readonly kdf: ScryptParams;
}

interface ExportFile extends ExportHead, Sealed {
  /** Distinguishes a wrong passphrase from a changed file. */
  readonly check: string;
}

const exportFile = object<ExportFile>({
  keyturn: oneOf('account-export'),
  v: version1,
  createdAt: isoTime,
  kdf: scryptParams,
  check: base64,
  iv: base64,
  data: base64,
  tag: base64,
});

const bundle = object<AccountBundle>({
  version: version1,
  // Saving the account validates it in full.
  account: object<{ readonly name: string }>({ name: string() }) as never,
  key: optional(keyRecord),
  session: optional(sessionCheckpoint),
  history: optional(string()),
});

function isAccountExport(text: string): boolean {
  if (!text.includes('"account-export"')) return false;
  try {
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) && value['keyturn'] === 'account-export';
  } catch {
    return false;
  }
}

/** The text of an export. The passphrase alone decrypts it. */
export async function sealExport(content: AccountBundle, passphrase: string, now: number): Promise<string> {
  const head: ExportHead = {
    keyturn: 'account-export',
    v: 1,
    createdAt: new Date(now).toISOString(),
    kdf: { name: 'scrypt', ...exportCost, salt: randomBytes(16).toString('base64') },
  };
  const { key, check } = await keysOf(head, passphrase);
  const sealed = encrypt(key, JSON.stringify(content), aadOf(head));
  return `${JSON.stringify({ ...head, check: check.toString('base64'), ...sealed }, null, 2)}\n`;
}

/** Rejects with KT925 for a wrong passphrase, and with KT928 for a file that is damaged, changed or not an export. */
export async function openExport(text: string, path: string, passphrase: string): Promise<AccountBundle> {
  const refuse = (problem: string) => appError(secretsErrors.badExport, { path, problem });
  if (!isAccountExport(text)) throw refuse('it is not a keyturn account export, or it is cut off');
  const file = parseJson(exportFile, text);
  if (!file.ok) throw refuse(file.problems.join('; '));
  const { key, check } = await keysOf(file.value, passphrase);
  const given = Buffer.from(file.value.check, 'base64');
  if (given.length !== check.length || !timingSafeEqual(given, check)) {
    throw appError(secretsErrors.wrongPassphrase, { what: path });
  }
  const plain = decrypt(key, file.value, aadOf(file.value));
  if (plain === undefined) throw refuse('it was changed after it was written');
  const content = validate(bundle, JSON.parse(plain));
  if (!content.ok) throw refuse(content.problems.join('; '));
  return content.value;
}

async function keysOf(head: ExportHead, passphrase: string): Promise<{ key: Buffer; check: Buffer }> {
  const both = await deriveKey(passphrase, head.kdf, 64);
  return {
    key: both.subarray(0, 32),
    check: createHmac('sha256', both.subarray(32)).update(aadOf(head)).digest(),
  };
}

function aadOf({ keyturn, v, createdAt, kdf }: ExportHead): string {
  return JSON.stringify([keyturn, v, createdAt, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt]);
}
