import { AppError, orAppError } from '../errors/app-error.js';
import { scanHome } from '../store/secrets/scan-home.js';
import { vaultOf } from '../store/secrets/vault.js';

export interface SecretsState {
  readonly encryption: 'on' | 'off' | 'being switched on' | 'being switched off';
  /** The public half of the identity. */
  readonly recipient?: string;
  readonly since?: string;
  readonly protectedBy: readonly ('keychain' | 'passphrase')[];
  readonly passphraseFile?: string;
  readonly encrypted: number;
  /** Files that hold keys or logins in the clear. */
  readonly plain: readonly string[];
  /** Why the identity is not available now. */
  readonly trouble?: AppError;
  /** The command that brings the records into one form; absent when they are. */
  readonly next?: string;
}

const stateNames = { on: 'on', encrypting: 'being switched on', decrypting: 'being switched off' } as const;

/** How the home's records are kept, and whether the identity is available now. Changes nothing. */
export async function examineSecrets(home: string): Promise<SecretsState> {
  const vault = vaultOf(home);
  const files = await scanHome(home);
  const plain = files.filter(({ form }) => form !== 'encrypted');
  const counts = { encrypted: files.length - plain.length, plain: plain.map(({ path }) => path) };
  const file = await vault.file();
  if (!file) return { encryption: 'off', protectedBy: [], ...counts };

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
    trouble: unlocked instanceof AppError ? unlocked : undefined,
    next: isMixed ? settle : leftOver && `look at what was set aside, then: rm ${leftOver.path}`,
  };
}
