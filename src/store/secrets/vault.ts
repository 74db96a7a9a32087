import { randomBytes } from 'node:crypto';
import { AppError, appError } from '../../errors/app-error.js';
import { secretsErrors } from '../../errors/secrets-errors.js';
import { decrypt, encrypt, keyIdOf, openEnvelope, sealEnvelope } from './cipher.js';
import type { Envelope, Label } from './envelope.js';
import { osKeychain, type Keychain } from './keychain.js';
import { deriveKey, homeCost, readPassphraseFile } from './passphrase.js';
import { readVaultFile, type PassphraseSlot, type Slot, type VaultFile } from './vault-file.js';

/** Where the secrets that protect the data keys come from. */
export interface VaultSource {
  readonly env: NodeJS.ProcessEnv;
  readonly keychain: Keychain;
}

export type Opened =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string; readonly kid?: string };

const processSource = (): VaultSource => ({
  env: process.env,
  keychain: osKeychain(process.env),
});

let source: (() => VaultSource) | undefined;
const vaults = new Map<string, Vault>();

/** Replaces the process's keychain and environment. Forgets every unlocked key. */
export function useVaultSource(next: VaultSource | undefined): void {
  source = next && (() => next);
  vaults.clear();
}

/** The home's vault; one per process. Unlocked keys stay unlocked. */
export function vaultOf(home: string): Vault {
  let vault = vaults.get(home);
  if (!vault) vaults.set(home, (vault = new Vault(home, (source ?? processSource)())));
  return vault;
}

/** Encrypts and decrypts a home's records. Does nothing until a record must be opened or written. */
export class Vault {
  readonly #keys = new Map<string, Buffer>();
  #last: VaultFile | undefined;

  constructor(
    readonly home: string,
    readonly source: VaultSource,
  ) {}

  /** Read every time: another process may have switched encryption on or changed the key. */
  async file(): Promise<VaultFile> {
    this.#last = await readVaultFile(this.home);
    return this.#last;
  }

  /** Rejects when a record could not be written now. Call before a rotation, while a failure costs no key. */
  async prepare(): Promise<void> {
    const { active } = await this.file();
    if (active !== undefined) await this.unlock(active);
  }

  /** The encrypted record; the unchanged text when encryption is off. */
  async seal(text: string, label: Label): Promise<string> {
    const key = await this.#keyToWrite();
    return key ? `${JSON.stringify(sealEnvelope(key, text, label), null, 2)}\n` : text;
  }

  /** Rejects when the key is not available. Returns a problem when the record cannot be decrypted with it. */
  async open(sealed: Envelope, label: Pick<Label, 'role' | 'account'>): Promise<Opened> {
    if (sealed.role !== label.role || sealed.account !== label.account) {
      return { ok: false, problem: `it is the encrypted ${sealed.role} record of the account ${sealed.account}` };
    }
    const { kid } = sealed;
    if (!this.#keys.has(kid) && !(await this.file()).keys.some((each) => each.kid === kid)) {
      return { ok: false, problem: `it is encrypted with a key that this home does not have (${kid})`, kid };
    }
    const text = openEnvelope(await this.unlock(kid), sealed);
    return text === undefined ? { ok: false, problem: 'it does not decrypt: it was changed' } : { ok: true, text };
  }

  async unlock(kid: string): Promise<Buffer> {
    const known = this.#keys.get(kid);
    if (known) return known;
    const slots = (await this.file()).keys.find((each) => each.kid === kid)?.slots ?? [];
    let first: AppError | undefined;
    for (const slot of slots) {
      try {
        const key = await this.openSlot(kid, slot);
        this.#keys.set(kid, key);
        return key;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        first ??= error;
      }
    }
    throw first ?? appError(secretsErrors.unknownKey, { path: this.home, kid });
  }

  /** Adds a new key and returns its id. */
  addKey(key: Buffer): string {
    const kid = keyIdOf(key);
    this.#keys.set(kid, key);
    return kid;
  }

  async openSlot(kid: string, slot: Slot): Promise<Buffer> {
    const found = slot.by === 'keychain' ? await this.source.keychain.read(kid) : await this.#unwrap(kid, slot);
    const key = Buffer.from(found ?? '', 'base64');
    if (key.length !== 32 || keyIdOf(key) !== kid) throw appError(secretsErrors.notInKeychain, { kid });
    return key;
  }

  async #unwrap(kid: string, slot: PassphraseSlot): Promise<string> {
    const path = await this.passphrasePath();
    const passphrase = await readPassphraseFile(path, this.source.env);
    const text = await unwrapKey(kid, slot, passphrase);
    if (text === undefined) throw appError(secretsErrors.wrongPassphrase, { what: this.home, from: path });
    return text;
  }

  /** From the environment or the settings. */
  async passphrasePath(): Promise<string> {
    const { configGet } = await import('../settings.js');
    const { env } = this.source;
    const { value } = await configGet({ env, home: this.home }, 'secrets.passphraseFile');
    if (typeof value !== 'string') {
      throw appError(secretsErrors.badPassphraseFile, {
        problem: 'neither the setting secrets.passphraseFile nor KEYTURN_PASSPHRASE_FILE names one',
        isLoose: false,
      });
    }
    return value;
  }

  async #keyToWrite(): Promise<Buffer | undefined> {
    let file: VaultFile;
    try {
      file = await this.file();
    } catch (error) {
      // The text may hold a key that is stored nowhere else, so fall back to the last file that was read.
      if (!this.#last) throw error;
      file = this.#last;
    }
    if (file.active === undefined) return undefined;
    try {
      return await this.unlock(file.active);
    } catch (error) {
      // Another process changed the key during this run and the keychain is now locked: use an older, unlocked key.
      const older = file.keys.find(({ kid }) => this.#keys.has(kid));
      if (!older) throw error;
      return this.unlock(older.kid);
    }
  }
}

/** Encrypts a data key with the passphrase. */
export async function wrapKey(key: Buffer, passphrase: string): Promise<PassphraseSlot> {
  const kdf = { name: 'scrypt', ...homeCost, salt: randomBytes(16).toString('base64') } as const;
  const wrapping = await deriveKey(passphrase, kdf, 32);
  return { by: 'passphrase', kdf, ...encrypt(wrapping, key.toString('base64'), slotAad(keyIdOf(key))) };
}

/** Undefined when the passphrase is wrong. */
export async function unwrapKey(kid: string, slot: PassphraseSlot, passphrase: string): Promise<string | undefined> {
  return decrypt(await deriveKey(passphrase, slot.kdf, 32), slot, slotAad(kid));
}

const slotAad = (kid: string) => JSON.stringify(['keyturn', 'slot', kid]);
