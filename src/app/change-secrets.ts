import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, appError, orAppError } from '../lib/app-error.js';
import { secretsErrors } from '../store/secrets/secrets-errors.js';
import { usageError } from '../lib/settings-errors.js';
import { storeErrorTexts } from '../messages/store-errors.js';
import { ensurePrivateDir } from '../lib/private-files.js';
import { newRunId } from '../lib/run-id.js';
import { accountNames, removeLeftovers } from '../store/accounts.js';
import { checkpointFile } from '../store/checkpoints.js';
import { accountPaths, type AccountPaths } from '../store/home.js';
import { intentFile, keyFile } from '../store/key-records.js';
import { acquireLock, type AcquireOptions } from '../store/lock.js';
import { copiesOf, readRecordFile, writeRecordFile, type RecordFile, type Warn } from '../store/record-file.js';
import { encryptFor, newIdentity } from '../store/secrets/age.js';
import { removeIdentityFile, writeIdentityFile, type IdentityFile } from '../store/secrets/identity-file.js';
import { readPassphraseFile } from '../store/secrets/passphrase.js';
import { formOf, scanHome, type Form } from '../store/secrets/scan-home.js';
import { vaultOf, type Vault } from '../store/secrets/vault.js';
import { configSet, describeSource } from '../store/settings.js';
import { usageTexts } from '../messages/cli/usage.js';
import type { JsonAnswer } from './json-shapes.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { warningTexts } from '../messages/warnings.js';

type Context = Pick<ProcessContext, 'env' | 'platform' | 'signal'>;

/** What protects the identity. `path` is absolute; when absent, the configured passphrase file is used. */
export type Protection = { readonly by: 'keychain' } | { readonly by: 'passphrase'; readonly path?: string };

export interface ChangeSecretsOptions {
  readonly waitLockMs?: number;
  readonly warn: Warn;
}

export type ChangeReport = Awaited<ReturnType<typeof rewriteAll>>;

interface Change {
  readonly home: string;
  readonly vault: Vault;
  readonly lock: AcquireOptions;
  readonly warn: Warn;
}

/**
 * Switches encryption on, or changes what protects the identity. Every record stays readable at every instant:
 * 1. The identity gets its new protection before the old one ends.
 * 2. `identity.json` says that plain and encrypted records are read.
 * 3. Each record is rewritten whole under its account's lock.
 * 4. When no plain record is left, `identity.json` says that only encrypted ones are read.
 */
export async function encryptSecrets(how: Protection, options: ChangeSecretsOptions, context: Context) {
  return exclusively('encrypt', options, context, async (change) => {
    const { home, vault, warn } = change;
    const old = await vault.file();
    const { recipient, identity } = old
      ? { recipient: old.recipient, identity: await vault.unlock(old) }
      : await newIdentity();
    const next: IdentityFile = {
      version: 1,
      state: 'encrypting',
      since: old?.since ?? new Date().toISOString(),
      recipient,
      inKeychain: how.by === 'keychain',
      behindPassphrase: how.by === 'passphrase' ? [await wrap(vault, identity, how.path)] : [],
    };
    if (how.by === 'keychain') await putInKeychain(vault, recipient, identity);
    else if (how.path !== undefined) {
      const behindPassphrase = [...(old?.behindPassphrase ?? []), ...next.behindPassphrase];
      if (old) await writeIdentityFile(home, { ...next, inKeychain: old.inKeychain, behindPassphrase });
      await namePassphraseFile(vault, how.path);
    }
    await writeIdentityFile(home, next);
    const report = await rewriteAll(next, change);
    if (old?.inKeychain && !next.inKeychain) await forget(vault, recipient, warn);
    return report;
  });
}

/** Writes every record in the clear. The identity is removed when no record needs it. */
export async function decryptSecrets(options: ChangeSecretsOptions, context: Context): Promise<ChangeReport> {
  return exclusively('decrypt', options, context, async (change) => {
    const old = await change.vault.file();
    if (!old) return rewriteAll(undefined, change);
    await change.vault.unlock(old);
    const next: IdentityFile = { ...old, state: 'decrypting' };
    await writeIdentityFile(change.home, next);
    return rewriteAll(next, change);
  });
}

async function exclusively(
  verb: string,
  { waitLockMs: waitMs, warn }: ChangeSecretsOptions,
  context: Context,
  work: (change: Change) => Promise<ChangeReport>,
): Promise<ChangeReport> {
  const home = homeOf(context);
  await ensurePrivateDir(home);
  const owner = { command: `keyturn secrets ${verb}`, runId: newRunId(), signal: context.signal };
  const lock = await acquireLock(join(home, 'secrets.lock'), { ...owner, what: storeErrorTexts.encryption(home) });
  try {
    return await work({ home, vault: vaultOf(home), lock: { ...owner, waitMs }, warn });
  } finally {
    await lock.release();
  }
}

async function putInKeychain({ source: { keychain } }: Vault, name: string, identity: string): Promise<void> {
  if ((await keychain.read(name)) === identity) return;
  await keychain.write(name, identity);
  if ((await keychain.read(name)) === identity) return;
  throw appError(secretsErrors.noKeychain, { reason: 'it does not give back what was put into it' });
}

async function wrap(vault: Vault, identity: string, path: string | undefined): Promise<string> {
  const passphrase = await readPassphraseFile(path ?? (await vault.passphrasePath()), vault.source.env);
  return encryptFor({ passphrase }, identity);
}

async function namePassphraseFile({ home, source: { env } }: Vault, path: string): Promise<void> {
  const line = await configSet({ env, home }, 'secrets.passphraseFile', path);
  if (line.value === path) return;
  throw usageError({
    message: usageTexts.otherPassphraseFile(describeSource(line.source), String(line.value)),
    command: 'keyturn secrets encrypt',
  });
}

async function rewriteAll(file: IdentityFile | undefined, change: Change) {
  const { home, vault, lock, warn } = change;
  const target = file?.state === 'encrypting' ? 'encrypted' : 'plain';
  await removeLeftovers(home);
  /** Accounts whose records were not changed. Running the same command again processes them. */
  const left: { account: string; error: AppError }[] = [];
  let [rewritten, accounts] = [0, 0];
  for (const account of await accountNames(home)) {
    lock.signal?.throwIfAborted();
    const count = await orAppError(rewriteAccount(accountPaths(home, account), target, change));
    if (count instanceof AppError) left.push({ account, error: count });
    else {
      rewritten += count;
      accounts += 1;
    }
  }
  const isDone = (await scanHome(home)).every(({ form, isLeftOver }) => isLeftOver || form === target);
  if (file && left.length === 0 && isDone) {
    if (target === 'encrypted') await writeIdentityFile(home, { ...file, state: 'on' });
    else await removeIdentityFile(home);
    if (target === 'plain' && file.inKeychain) await forget(vault, file.recipient, warn);
  }
  return { rewritten, accounts, left };
}

async function rewriteAccount(paths: AccountPaths, target: Form, { lock: owner, warn }: Change): Promise<number> {
  const lock = await acquireLock(paths.lock, owner);
  try {
    // Remove a killed writer's temporary files: they may contain a key in the clear, and the lock is held.
    for (const name of await readdir(paths.folder)) {
      if (/^\.(?:key|rotation|session)\.json.*\.tmp$/.test(name)) await rm(join(paths.folder, name), { force: true });
    }
    const intent = await rewrite(intentFile(paths), target, warn);
    const key = await rewrite(keyFile(paths), target, warn);
    return intent + key + (await rewrite(checkpointFile(paths), target, warn));
  } finally {
    await lock.release();
  }
}

async function rewrite<T>(file: RecordFile<T>, target: Form, warn: Warn): Promise<number> {
  const forms = await Promise.all(copiesOf(file).map(formOf));
  if (forms.every((form) => form === target)) return 0;
  const value = await readRecordFile(file, warn);
  if (value === undefined) return 0;
  await writeRecordFile(file, value, warn);
  return 1;
}

async function forget({ source: { keychain } }: Vault, recipient: string, warn: Warn): Promise<void> {
  const error = await orAppError(keychain.remove(recipient));
  if (!(error instanceof AppError)) return;
  warn(warningTexts.keychainEntryLeft(recipient, error.texts.message));
}

/** `error`: why the identity is not available now. */
export type SecretsState = Omit<JsonAnswer<'secrets status'>, 'error'> & { readonly error?: AppError };

const stateNames = { on: 'on', encrypting: 'being switched on', decrypting: 'being switched off' } as const;

/** How the home's records are kept, and whether the identity is available now. Changes nothing. */
export async function examineSecrets(home: string): Promise<SecretsState> {
  const vault = vaultOf(home);
  const files = await scanHome(home);
  const plain = files.filter(({ form }) => form !== 'encrypted');
  const counts = { encrypted: files.length - plain.length, plain: plain.map(({ path }) => path) };
  const file = await vault.file();
  if (!file) {
    const refused = await orAppError(vault.prepare());
    return { encryption: 'off', protectedBy: [], ...counts, error: refused instanceof AppError ? refused : undefined };
  }
  const unlocked = await orAppError(vault.unlock(file));
  const isPassphrase = file.behindPassphrase.length > 0;
  const leftOver = plain.find(({ isLeftOver }) => isLeftOver);
  const isMixed = file.state !== 'on' || plain.some(({ isLeftOver }) => !isLeftOver);
  const encrypt = `keyturn secrets encrypt ${isPassphrase ? '--passphrase-file' : '--keychain'}`;
  const settle = file.state === 'decrypting' ? 'keyturn secrets decrypt --yes' : encrypt;
  return {
    encryption: stateNames[file.state],
    recipient: file.recipient,
    since: file.since,
    protectedBy: [...(file.inKeychain ? ['keychain' as const] : []), ...(isPassphrase ? ['passphrase' as const] : [])],
    passphraseFile: isPassphrase ? await vault.passphrasePath().catch(() => undefined) : undefined,
    ...counts,
    error: unlocked instanceof AppError ? unlocked : undefined,
    next: isMixed ? settle : leftOver && `look at what was set aside, then: rm ${leftOver.path}`,
  };
}
