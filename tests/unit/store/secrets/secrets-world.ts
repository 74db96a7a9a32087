import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appError } from '../../../../src/lib/app-error.js';
import { secretsErrors } from '../../../../src/store/secrets/secrets-errors.js';
import type { KeyRecord, RotationIntent } from '../../../../src/core/key-record.js';
import type { SessionCheckpoint } from '../../../../src/core/session-checkpoint.js';
import { readCheckpoint, writeCheckpoint } from '../../../../src/store/checkpoints.js';
import { accountPaths } from '../../../../src/store/home.js';
import { readIntent, readKeyRecord, writeIntent, writeKeyRecord } from '../../../../src/store/key-records.js';
import { decryptSecrets, encryptSecrets, type Protection } from '../../../../src/app/change-secrets.js';
import type { Keychain } from '../../../../src/store/secrets/keychain.js';
import type { Warn } from '../../../../src/store/record-file.js';
import { useVaultSource } from '../../../../src/store/secrets/vault.js';

const at = '2026-03-01T10:00:00.000Z';
const later = '2026-03-08T10:00:00.000Z';

const currentKey = 'sk-0123456789abcdef';
const secretTexts = [currentKey, 'sk-older-0123456789', 'sk-new-0123456789ab', 'cookie-value-of-work'];
export const record: KeyRecord = {
  version: 1,
  current: { key: currentKey, obtainedAt: at, obtainedBy: 'http', expiresAt: later, lifetimeMs: 1000, runId: 'r1' },
  previous: [{ key: 'sk-older-0123456789', obtainedAt: at, obtainedBy: 'http', runId: 'r0' }],
};
const intent: RotationIntent = {
  version: 1,
  id: 'i1',
  runId: 'r1',
  startedAt: at,
  rung: 'http',
  hadKeyBefore: true,
  answer: { key: 'sk-new-0123456789ab', seenAt: at },
};
export const checkpoint: SessionCheckpoint = {
  version: 1,
  savedAt: at,
  savedBy: 'http',
  cookies: [
    {
      name: 'BXAuth',
      value: 'cookie-value-of-work',
      domain: 'example.com',
      path: '/',
      expires: -1,
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    },
  ],
  origins: [],
};

/** A keychain in memory; it can be locked. */
export class MemoryKeychain implements Keychain {
  readonly entries = new Map<string, string>();
  isLocked = false;
  reads = 0;
  /** Called before each change; may throw to simulate the end of the process. */
  onChange: () => void = () => undefined;

  read(name: string) {
    this.reads += 1;
    return this.#unlocked(() => this.entries.get(name));
  }
  write(name: string, secret: string) {
    return this.#unlocked(() => {
      this.onChange();
      this.entries.set(name, secret);
    });
  }
  remove(name: string) {
    return this.#unlocked(() => {
      this.onChange();
      return this.entries.delete(name);
    });
  }
  #unlocked<T>(work: () => T): Promise<T> {
    if (this.isLocked) return Promise.reject(appError(secretsErrors.keychainRefused, { reason: 'it is locked' }));
    return new Promise((resolve) => resolve(work()));
  }
}

/** Forgets the identity, like a new process. */
export function newProcess(home: string, keychain: Keychain, env: NodeJS.ProcessEnv = {}): void {
  useVaultSource({ env, keychain });
}

const options = { warn: () => undefined };
const contextOf = (home: string) => ({
  env: { KEYTURN_HOME: home },
  platform: process.platform,
  signal: new AbortController().signal,
});

export const encryptHome = (home: string, how: Protection) => encryptSecrets(how, options, contextOf(home));
export const decryptHome = (home: string) => decryptSecrets(options, contextOf(home));

export async function fillHome(home: string, accounts: readonly string[] = ['work']): Promise<void> {
  for (const name of accounts) {
    const paths = accountPaths(home, name);
    await writeKeyRecord(paths, record);
    await writeIntent(paths, intent);
    await writeCheckpoint(paths, checkpoint);
  }
}

/** All stored records, read the way a run reads them. */
export async function readHome(home: string, name = 'work') {
  const paths = accountPaths(home, name);
  const warnings: string[] = [];
  const warn: Warn = ({ en }) => void warnings.push(en);
  const read = [await readKeyRecord(paths, warn), await readIntent(paths, warn), await readCheckpoint(paths, warn)];
  return { read, warnings };
}

export const everything = [record, intent, checkpoint];

/** Every file that contains one of the secrets. */
export function filesInTheClear(home: string): string[] {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => secretTexts.some((secret) => readFileSync(path).includes(secret)));
}

export function writePassphrase(folder: string, text: string, name = 'passphrase'): string {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  return path;
}
