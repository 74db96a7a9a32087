import { AppError, appError } from '../../lib/app-error.js';
import { secretsErrors } from './secrets-errors.js';
import { secretsErrorTexts } from '../../messages/secrets-errors.js';
import { decryptWith, encryptFor, recipientOf } from './age.js';
import { readIdentityFile, type IdentityFile } from './identity-file.js';
import { osKeychain, type Keychain } from './keychain.js';
import { readPassphraseFile } from './passphrase.js';
import { scanHome } from './scan-home.js';
import type { Label, SealedRecord } from './sealed-record.js';

export interface VaultSource {
  readonly env: NodeJS.ProcessEnv;
  readonly keychain: Keychain;
}

let source: VaultSource | undefined;
const vaults = new Map<string, Vault>();

/** Replaces the process's keychain and environment. Forgets every identity. */
export function useVaultSource(next: VaultSource): void {
  source = next;
  vaults.clear();
}

/** The home's vault; one per process. */
export function vaultOf(home: string): Vault {
  let vault = vaults.get(home);
  if (!vault) {
    vault = new Vault(home, source ?? { env: process.env, keychain: osKeychain(process.env) });
    vaults.set(home, vault);
  }
  return vault;
}

/** Encrypts and decrypts a home's records. Obtains the identity when the first record is decrypted, and keeps it. */
export class Vault {
  #unlocked: { readonly recipient: string; readonly identity: Promise<string> } | undefined;
  #last: { readonly file: IdentityFile | undefined } | undefined;
  #isPlainHome = false;

  constructor(
    readonly home: string,
    readonly source: VaultSource,
  ) {}

  /** Read every time: another process may have switched encryption on or off. */
  async file(): Promise<IdentityFile | undefined> {
    this.#last = { file: await readIdentityFile(this.home) };
    if (this.#last.file) this.#isPlainHome = false;
    return this.#last.file;
  }

  /** Rejects when what is written now could not be read back. Call before a rotation, while a failure costs no key. */
  async prepare(): Promise<void> {
    const file = await this.file();
    if (file) await this.unlock(file);
    else await this.#requirePlainHome();
  }

  /** Rejects where records are encrypted and `identity.json` is gone: nothing is written in the clear there. */
  async #requirePlainHome(): Promise<void> {
    if (this.#isPlainHome) return;
    const found = (await scanHome(this.home)).find(({ form, isLeftOver }) => form === 'encrypted' && !isLeftOver);
    if (found) throw appError(secretsErrors.unknownKey, { path: found.path });
    this.#isPlainHome = true;
  }

  /** The encrypted record; the unchanged text when encryption is off. */
  async seal(plain: string, label: Label): Promise<string> {
    const file = await this.file().catch((error: unknown) => {
      // The text may hold a key that is stored nowhere else.
      if (!this.#last) throw error;
      return this.#last.file;
    });
    if (!file) await this.#requirePlainHome();
    if (!file || file.state === 'decrypting') return plain;
    const { recipient } = file;
    const age = await encryptFor({ recipient }, JSON.stringify({ ...label, record: JSON.parse(plain) as unknown }));
    const sealed = { keyturn: 'age', version: 1, recipient, facts: label.facts, age };
    return `${JSON.stringify(sealed, null, 2)}\n`;
  }

  /** Rejects when a plain record is not expected. */
  async admitPlain(path: string): Promise<void> {
    const file = await this.file();
    if (file?.state === 'on') throw appError(secretsErrors.plainRecord, { path, inKeychain: file.inKeychain });
  }

  /** Rejects when the identity is not available. Returns a problem when the record was changed. */
  async open(sealed: SealedRecord, { account, role }: Omit<Label, 'facts'>, path: string) {
    const refuse = (problem: string) => ({ ok: false, problems: [problem] }) as const;
    const file = await this.file();
    const { recipient } = sealed;
    if (file?.recipient !== recipient) throw appError(secretsErrors.unknownKey, { path, recipient });
    const opened = await decryptWith({ identity: await this.unlock(file) }, sealed.age);
    if (!opened.ok) return refuse('it does not decrypt: it was changed');
    const inside = JSON.parse(opened.text) as Label & { readonly record: unknown };
    if (inside.account !== account || inside.role !== role) {
      return refuse(`it is the encrypted ${inside.role} record of the account ${inside.account}`);
    }
    if (JSON.stringify(inside.facts) !== JSON.stringify(sealed.facts)) return refuse('its readable part was changed');
    return { ok: true, value: JSON.stringify(inside.record) } as const;
  }

  unlock(file: IdentityFile): Promise<string> {
    if (this.#unlocked?.recipient === file.recipient) return this.#unlocked.identity;
    const identity = this.#find(file);
    this.#unlocked = { recipient: file.recipient, identity };
    identity.catch(() => (this.#unlocked = undefined));
    return identity;
  }

  async #find({ recipient, inKeychain, behindPassphrase }: IdentityFile): Promise<string> {
    if (behindPassphrase.length === 0) return this.#fromKeychain(recipient);
    try {
      return await this.#fromPassphrase(behindPassphrase);
    } catch (error) {
      // Both hold it where a change of the protection was interrupted.
      if (!inKeychain || !(error instanceof AppError)) throw error;
      return this.#fromKeychain(recipient);
    }
  }

  async #fromKeychain(recipient: string): Promise<string> {
    const identity = (await this.source.keychain.read(recipient)) ?? '';
    if ((await recipientOf(identity)) !== recipient) throw appError(secretsErrors.unknownKey, { recipient });
    return identity;
  }

  async #fromPassphrase(files: readonly string[]): Promise<string> {
    const path = await this.passphrasePath();
    const passphrase = await readPassphraseFile(path, this.source.env);
    for (const file of files) {
      const opened = await decryptWith({ passphrase }, file);
      if (opened.ok) return opened.text;
    }
    throw appError(secretsErrors.badPassphrase, {
      path,
      problem: secretsErrorTexts.doesNotOpen(this.home),
      fix: 'keyturn config get secrets.passphraseFile',
    });
  }

  async passphrasePath(): Promise<string> {
    const { configGet } = await import('../settings.js');
    const { value } = await configGet({ env: this.source.env, home: this.home }, 'secrets.passphraseFile');
    if (typeof value === 'string') return value;
    const fix = 'keyturn config set secrets.passphraseFile /path/to/the/file';
    throw appError(secretsErrors.badPassphrase, { problem: secretsErrorTexts.noPassphraseFile, fix });
  }
}
