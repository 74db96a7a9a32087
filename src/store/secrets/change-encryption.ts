import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, appError } from '../../errors/app-error.js';
import { secretsErrors } from '../../errors/secrets-errors.js';
import { settingsErrors } from '../../errors/settings-errors.js';
import { storeErrors } from '../../errors/store-errors.js';
import { checkpointFile } from '../checkpoints.js';
import { accountPaths, homePaths, type AccountPaths } from '../home.js';
import { intentFile, keyFile } from '../key-records.js';
import { acquireLock, describeHolder, readLock } from '../lock.js';
import { ensurePrivateDir } from '../../lib/private-files.js';
import { copiesOf, readRecordFile, writeRecordFile, type RecordFile, type Warn } from '../record-file.js';
import { newDataKey } from './cipher.js';
import { readPassphraseFile } from './passphrase.js';
import { accountFolders, formOf, scanHome, type Form } from './scan-home.js';
import { removeVaultFile, writeVaultFile, type Slot, type VaultFile, type VaultKey } from './vault-file.js';
import { unwrapKey, vaultOf, wrapKey, type Vault } from './vault.js';

/** What protects the data key. `path` is absolute; when absent, the configured passphrase file is used. */
export type Protection = { readonly by: 'keychain' } | { readonly by: 'passphrase'; readonly path?: string };

export interface ChangeOptions {
  readonly command: string;
  readonly runId: string;
  /** How long to wait for a run that holds an account's lock. */
  readonly waitLockMs?: number;
  readonly signal?: AbortSignal;
  readonly warn: Warn;
}

export interface ChangeReport {
  readonly rewritten: number;
  readonly accounts: number;
  /** Accounts whose records were not changed. Running the same command again processes them. */
  readonly left: readonly { readonly account: string; readonly error: AppError }[];
}

/**
 * Switches encryption on, or changes what protects its key. Every record stays readable at every instant:
 * 1. Before anything is encrypted with a key, the key is stored and read back, and `encryption.json` lists it.
 * 2. Each record is rewritten whole, plain or encrypted, under its account's lock.
 * 3. An old key or slot is removed only when nothing needs it any more.
 */
export async function encryptHome(home: string, how: Protection, options: ChangeOptions): Promise<ChangeReport> {
  return exclusively(home, options, async () => {
    const vault = vaultOf(home);
    const file = await vault.file();
    // A key that an interrupted decryption left is used again.
    const kid = file.active ?? file.keys[0]?.kid;
    const first: VaultKey[] = kid === undefined ? [newKey(vault)] : [];
    const added: VaultKey[] = [];
    for (const each of [...first, ...file.keys]) added.push(await withSlot(vault, each, how));
    const next: VaultFile = { ...file, active: kid ?? first[0]?.kid, keys: added };

    const isNew = file.keys.length === 0;
    if (!isNew) await writeVaultFile(home, next);
    if (how.by === 'passphrase' && how.path !== undefined) await namePassphraseFile(vault, how.path);
    const only = next.keys.map((key) => ({ ...key, slots: key.slots.slice(-1) }));
    await writeVaultFile(home, { ...next, keys: only });
    const report = await rewriteAll(home, options);
    const unneeded = how.by === 'keychain' ? [] : file.keys.filter(isInKeychain).map((key) => key.kid);
    await forget(vault, unneeded, options.warn);
    return report;
  });
}

/** Switches encryption off. The key is removed when no record needs it. */
export async function decryptHome(home: string, options: ChangeOptions): Promise<ChangeReport> {
  return exclusively(home, options, async () => {
    const vault = vaultOf(home);
    const file = await vault.file();
    for (const { kid } of file.keys) await vault.unlock(kid);
    if (file.keys.length > 0) await writeVaultFile(home, { ...file, active: undefined });
    return rewriteAll(home, options);
  });
}

/** Encrypts all records with a new key, protected like the old one. Includes records that an earlier change left. */
export async function rotateDataKey(home: string, options: ChangeOptions): Promise<ChangeReport> {
  return exclusively(home, options, async () => {
    const vault = vaultOf(home);
    const file = await vault.file();
    const active = file.keys.find(({ kid }) => kid === file.active);
    if (!active) throw appError(secretsErrors.notEncrypting, undefined);
    for (const { kid } of file.keys) await vault.unlock(kid);
    const key = await withSlot(vault, newKey(vault), { by: isInKeychain(active) ? 'keychain' : 'passphrase' });
    await writeVaultFile(home, { ...file, active: key.kid, keys: [key, ...file.keys] });
    return rewriteAll(home, options);
  });
}

async function exclusively(home: string, options: ChangeOptions, work: () => Promise<ChangeReport>) {
  await ensurePrivateDir(home);
  const path = join(home, 'secrets.lock');
  const { command, runId, signal } = options;
  const lock = await acquireLock(path, { command, runId, signal }).catch(async (error: unknown) => {
    if (!(error instanceof AppError) || error.code !== storeErrors.locked.code) throw error;
    const holder = await readLock(path);
    const who = holder ? describeHolder(holder, Date.now()) : 'it is just starting';
    throw appError(secretsErrors.changeInProgress, { home, holder: who }, { cause: error });
  });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

const isInKeychain = (key: VaultKey): boolean => key.slots.some(({ by }) => by === 'keychain');

function newKey(vault: Vault): VaultKey {
  return { kid: vault.addKey(newDataKey()), createdAt: new Date().toISOString(), slots: [] };
}

/** The key with a slot of the given kind as its last slot. The slot's secret is stored when this resolves. */
async function withSlot(vault: Vault, key: VaultKey, how: Protection): Promise<VaultKey> {
  const slot = how.by === 'keychain' ? await keychainSlot(vault, key) : await passphraseSlot(vault, key, how.path);
  return { ...key, slots: [...key.slots.filter((each) => each !== slot), slot] };
}

async function keychainSlot(vault: Vault, key: VaultKey): Promise<Slot> {
  const { keychain } = vault.source;
  const secret = (await vault.unlock(key.kid)).toString('base64');
  if ((await keychain.read(key.kid)) !== secret) {
    await keychain.write(key.kid, secret);
    if ((await keychain.read(key.kid)) !== secret) {
      throw appError(secretsErrors.noKeychain, { reason: 'it does not give back what was put into it' });
    }
  }
  return key.slots.find(({ by }) => by === 'keychain') ?? { by: 'keychain' };
}

async function passphraseSlot(vault: Vault, key: VaultKey, path: string | undefined): Promise<Slot> {
  const passphrase = await readPassphraseFile(path ?? (await vault.passphrasePath()), vault.source.env);
  const data = await vault.unlock(key.kid);
  for (const slot of key.slots) {
    if (slot.by === 'passphrase' && (await unwrapKey(key.kid, slot, passphrase)) !== undefined) return slot;
  }
  return wrapKey(data, passphrase);
}

async function namePassphraseFile(vault: Vault, path: string): Promise<void> {
  const { configSet, describeSource } = await import('../settings.js');
  const { env } = vault.source;
  const line = await configSet({ env, home: vault.home }, 'secrets.passphraseFile', path);
  if (line.value === path) return;
  throw appError(settingsErrors.usage, {
    message: `${describeSource(line.source)} names another passphrase file (${String(line.value)}), and it outranks the settings file.`,
    command: 'keyturn secrets encrypt',
  });
}

async function rewriteAll(home: string, options: ChangeOptions): Promise<ChangeReport> {
  const vault = vaultOf(home);
  const { active } = await vault.file();
  await sweepUnfinished(home);
  const left: { account: string; error: AppError }[] = [];
  let [rewritten, accounts] = [0, 0];
  for (const account of await accountFolders(home)) {
    options.signal?.throwIfAborted();
    try {
      rewritten += await rewriteAccount(accountPaths(home, account), active, options);
      accounts += 1;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      left.push({ account, error });
    }
  }
  if (left.length === 0) await dropUnused(vault, options.warn);
  return { rewritten, accounts, left };
}

async function rewriteAccount(paths: AccountPaths, kid: string | undefined, options: ChangeOptions): Promise<number> {
  const { command, runId, waitLockMs: waitMs, signal } = options;
  const lock = await acquireLock(paths.lock, { command, runId, waitMs, signal });
  try {
    // Remove a killed writer's temporary files: they may contain a key in the clear, and the lock is held.
    for (const name of await readdir(paths.folder)) {
      if (/^\.(?:key|rotation|session)\.json.*\.tmp$/.test(name)) await rm(join(paths.folder, name), { force: true });
    }
    const intent = await rewrite(intentFile(paths), kid, options.warn);
    const key = await rewrite(keyFile(paths), kid, options.warn);
    return intent + key + (await rewrite(checkpointFile(paths), kid, options.warn));
  } finally {
    await lock.release();
  }
}

async function rewrite<T>(file: RecordFile<T>, kid: string | undefined, warn: Warn): Promise<number> {
  const forms = await Promise.all(copiesOf(file).map(formOf));
  if (forms.every((form) => form.as === 'missing')) return 0;
  const isRight = (form: Form) =>
    form.as === 'encrypted' ? form.kid === kid : form.as === 'plain' && kid === undefined;
  if (forms.every(isRight)) return 0;
  const value = await readRecordFile(file, warn);
  if (value === undefined) return 0;
  await writeRecordFile(file, value, warn);
  return 1;
}

/** Removes the folders of half-removed and half-imported accounts. */
async function sweepUnfinished(home: string): Promise<void> {
  const { accounts } = homePaths(home);
  for (const name of await readdir(accounts).catch(() => [])) {
    if (/^\.(?:removed|import)-/.test(name)) await rm(join(accounts, name), { recursive: true, force: true });
  }
}

async function dropUnused(vault: Vault, warn: Warn): Promise<void> {
  const file = await vault.file();
  const used = new Set([file.active]);
  for (const { form, isLeftOver } of await scanHome(vault.home)) {
    if (form.as === 'encrypted' && !isLeftOver) used.add(form.kid);
  }
  const dropped = file.keys.filter(({ kid }) => !used.has(kid));
  if (dropped.length === 0) return;
  const keys = file.keys.filter(({ kid }) => used.has(kid));
  if (keys.length === 0) await removeVaultFile(vault.home);
  else await writeVaultFile(vault.home, { ...file, keys });
  await forget(
    vault,
    dropped.filter(isInKeychain).map(({ kid }) => kid),
    warn,
  );
}

async function forget(vault: Vault, kids: readonly string[], warn: Warn): Promise<void> {
  for (const kid of kids) {
    try {
      await vault.source.keychain.remove(kid);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      warn(`The keychain still has the entry ${kid} of keyturn, which nothing needs any more: ${error.message}`);
    }
  }
}
