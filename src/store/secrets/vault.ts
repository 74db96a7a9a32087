import { randomBytes } from 'node:crypto';
import { AppError, appError } from '../../errors/app-error.js';
import { secretsErrors } from '../../errors/secrets-errors.js';
import { decrypt, encrypt, keyIdOf, openEnvelope, sealEnvelope } from './cipher.js';
import type { Envelope, Label } from './envelope.js';
import { osKeychain, type Keychain } from './keychain.js';
import { deriveKey, homeCost, readPassphraseFile } from './passphrase.js';
import { readVaultFile, type PassphraseSlot, type Slot, type VaultFile } from './vault-file.js';

/** Where the keys to the data keys come from. */
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

/** For programs that bring their own keychain or environment in place of the process's; forgets every key. */
export function useVaultSource(next: VaultSource | undefined): void {
  source = next && (() => next);
  vaults.clear();
}

/** The one vault of a home in this process; a key that was unlocked stays so. */
export function vaultOf(home: string): Vault {
  let vault = vaults.get(home);
  if (!vault) vaults.set(home, (vault = new Vault(home, (source ?? processSource)())));
  return vault;
}

/** Encrypts and decrypts a home's records. Costs nothing until a record has to be opened or written. */
export class Vault {
  readonly #keys = new Map<string, Buffer>();
  #last: VaultFile | undefined;

  constructor(
    readonly home: string,
    readonly source: VaultSource,
  ) {}

  /** Read anew each time: another process may have switched encryption on or changed the key since. */
  async file(): Promise<VaultFile> {
    this.#last = await readVaultFile(this.home);
    return this.#last;
  }

  /** Rejects when a record could not be written now: before a rotation this costs nothing, after it a key. */
  async prepare(): Promise<void> {
    const { active } = await this.file();
    if (active !== undefined) await this.unlock(active);
  }

  /** The text of an encrypted record; the text as it came when encryption is off. */
  async seal(text: string, label: Label): Promise<string> {
    const key = await this.#keyToWrite();
    return key ? `${JSON.stringify(sealEnvelope(key, text, label), null, 2)}\n` : text;
  }

  /** Rejects when the key cannot be got at; a record that cannot be decrypted with it is a result. */
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

  /** Takes a key that was just made. */
  learn(key: Buffer): string {
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

  /** As the environment or the settings name it. */
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
      // What is to be written may be a key that exists nowhere else, so what was true a moment ago has to do.
      if (!this.#last) throw error;
      file = this.#last;
    }
    if (file.active === undefined) return undefined;
    try {
      return await this.unlock(file.active);
    } catch (error) {
      // Another process changed the key during this run, and the keychain has been locked since: an older key will do.
      const older = file.keys.find(({ kid }) => this.#keys.has(kid));
      if (!older) throw error;
      return this.unlock(older.kid);
    }
  }
}

/** A data key, readable with the passphrase alone. */
export async function wrapKey(key: Buffer, passphrase: string): Promise<PassphraseSlot> {
  const kdf = { name: 'scrypt', ...homeCost, salt: randomBytes(16).toString('base64') } as const;
  const wrapping = await deriveKey(passphrase, kdf, 32);
  return { by: 'passphrase', kdf, ...encrypt(wrapping, key.toString('base64'), slotAad(keyIdOf(key))) };
}

/** Undefined when the passphrase is another one. */
export async function unwrapKey(kid: string, slot: PassphraseSlot, passphrase: string): Promise<string | undefined> {
  return decrypt(await deriveKey(passphrase, slot.kdf, 32), slot, slotAad(kid));
}

const slotAad = (kid: string) => JSON.stringify(['keyturn', 'slot', kid]);
