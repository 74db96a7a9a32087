import { AppError } from '../errors/app-error.js';
import { scanHome } from '../store/secrets/scan-home.js';
import { vaultOf } from '../store/secrets/vault.js';
import type { Slot } from '../store/secrets/vault-file.js';

export interface SecretsState {
  readonly encryption: 'on' | 'off' | 'being switched off';
  readonly kid?: string;
  readonly since?: string;
  readonly protectedBy: readonly Slot['by'][];
  readonly passphraseFile?: string;
  readonly encrypted: number;
  /** Files that hold keys or logins in the clear. */
  readonly plain: readonly string[];
  /** Why the key is not available now. */
  readonly trouble?: AppError;
  /** The command that brings the records into one form; absent when they are. */
  readonly next?: string;
}

/** How the home's records are kept, and whether its keys are available now. Changes nothing. */
export async function examineSecrets(home: string): Promise<SecretsState> {
  const vault = vaultOf(home);
  const file = await vault.file();
  const files = await scanHome(home);
  const plain = files.filter(({ form }) => form.as !== 'encrypted');
  const active = file.keys.find(({ kid }) => kid === file.active);
  const protectedBy = [...new Set(file.keys.flatMap(({ slots }) => slots.map(({ by }) => by)))];
  const trouble = await firstTrouble(async () => {
    for (const { kid } of file.keys) await vault.unlock(kid);
  });
  const isPassphrase = protectedBy.includes('passphrase');
  const leftOver = plain.find(({ isLeftOver }) => isLeftOver);
  const mixed = plain.some(({ isLeftOver }) => !isLeftOver) || file.keys.length > 1;
  return {
    encryption: active ? 'on' : file.keys.length > 0 ? 'being switched off' : 'off',
    kid: active?.kid,
    since: active?.createdAt,
    protectedBy,
    passphraseFile: isPassphrase ? await vault.passphrasePath().catch(() => undefined) : undefined,
    encrypted: files.length - plain.length,
    plain: plain.map(({ path }) => path),
    trouble,
    next: !active
      ? file.keys.length > 0
        ? 'keyturn secrets decrypt --yes'
        : undefined
      : mixed
        ? `keyturn secrets encrypt ${isPassphrase ? '--passphrase-file' : '--keychain'}`
        : leftOver && `look at what was set aside, then: rm ${leftOver.path}`,
  };
}

async function firstTrouble(work: () => Promise<void>): Promise<AppError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
