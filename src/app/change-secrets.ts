import { newRunId } from '../lib/run-id.js';
import {
  decryptHome,
  encryptHome,
  rotateDataKey,
  type ChangeOptions,
  type ChangeReport,
  type Protection,
} from '../store/secrets/change-encryption.js';
import { homeOf, type ProcessContext } from './process-context.js';

type Context = Pick<ProcessContext, 'env' | 'platform' | 'signal'>;

export interface ChangeSecretsOptions {
  /** How long to wait for a run that holds an account. */
  readonly waitLockMs?: number;
  /** Called while the records are rewritten. */
  readonly warn: (message: string) => void;
}

/** Encrypts every record, or changes what protects the key. */
export async function encryptSecrets(
  protection: Protection,
  options: ChangeSecretsOptions,
  context: Context,
): Promise<ChangeReport> {
  return encryptHome(homeOf(context), protection, changeOptions('encrypt', options, context));
}

/** Writes every record in the clear and removes the key. */
export async function decryptSecrets(options: ChangeSecretsOptions, context: Context): Promise<ChangeReport> {
  return decryptHome(homeOf(context), changeOptions('decrypt', options, context));
}

/** Encrypts every record with a new key, protected as the current one is. */
export async function rotateSecretsKey(options: ChangeSecretsOptions, context: Context): Promise<ChangeReport> {
  return rotateDataKey(homeOf(context), changeOptions('rotate-key', options, context));
}

function changeOptions(verb: string, options: ChangeSecretsOptions, { signal }: Context): ChangeOptions {
  return { ...options, command: `keyturn secrets ${verb}`, runId: newRunId(), signal };
}
