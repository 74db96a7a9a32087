import { checkShape, type Check, type Checked } from '../shape.js';
import { envelope, isEnvelope, type Envelope } from './envelope.js';

/** How one kind of record is encrypted. */
export interface Sealing<T, F extends object = object> {
  readonly home: string;
  readonly account: string;
  readonly role: SecretRole;
  /** What stays readable without the key; nothing secret. */
  readonly factsOf: (value: T) => F;
  readonly facts: Check<F>;
}

export type SecretRole = 'key' | 'rotation' | 'session';

/** Undefined when the text is no encrypted record. */
export function sealedIn(text: string): Checked<Envelope> | undefined {
  if (!text.includes('"encrypted"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isEnvelope(value) ? checkShape(envelope, value) : undefined;
  } catch {
    return undefined;
  }
}

export type OpenedText =
  | { readonly ok: true; readonly text: string }
  /** `kid`: it may be whole, but is encrypted with a key that this home does not have. */
  | { readonly ok: false; readonly problems: readonly string[]; readonly kid?: string };

/** Rejects when the key to it cannot be got at. */
export async function openText(
  sealed: Checked<Envelope>,
  { home, role, account }: Sealing<never>,
): Promise<OpenedText> {
  if (!sealed.ok) return { ok: false, problems: sealed.problems };
  const opened = await (await vault(home)).open(sealed.value, { role, account });
  return opened.ok ? opened : { ok: false, problems: [opened.problem], kid: opened.kid };
}

/** The text to write: encrypted when the home's records are, else as it came. */
export async function sealText<T>(text: string, value: T, sealing: Sealing<T>): Promise<string> {
  const { role, account } = sealing;
  return (await vault(sealing.home)).seal(text, { role, account, facts: sealing.factsOf(value) });
}

/** Loaded only where there is something to decrypt or to write: a run that is not due needs none of it. */
async function vault(home: string) {
  const { vaultOf } = await import('./vault.js');
  return vaultOf(home);
}
