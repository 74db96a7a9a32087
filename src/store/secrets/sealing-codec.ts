import type { RecordCodec } from '../record-file.js';
import { validate, type Schema } from '../validate.js';
import { parseEnvelope } from './envelope.js';

/** How one kind of record is encrypted. */
export interface SealingOptions<T, F extends object = object> {
  readonly home: string;
  readonly account: string;
  readonly role: 'key' | 'rotation' | 'session';
  /** The part that stays readable without the key; never a secret. */
  readonly factsOf: (value: T) => F;
  readonly facts: Schema<F>;
}

/** Encrypts a record if the home's records are encrypted, else leaves it plain. */
export function sealingCodec<T, F extends object>(options: SealingOptions<T, F>): RecordCodec<T, F> {
  const { home, role, account, factsOf, facts } = options;
  return {
    encode: async (plain, value) => (await vault(home)).seal(plain, { role, account, facts: factsOf(value) }),
    decode: async (text) => {
      const sealed = parseEnvelope(text);
      if (!sealed?.ok) return sealed;
      const opened = await (await vault(home)).open(sealed.value, { role, account });
      return opened.ok ? opened : { ok: false, problems: [opened.problem], foreignKid: opened.kid };
    },
    factsOf,
    readFacts: (text) => {
      const sealed = parseEnvelope(text);
      return sealed?.ok ? validate(facts, sealed.value.facts) : sealed;
    },
  };
}

/** Loads the vault only to decrypt or to write: a run that is not due does not need it. */
async function vault(home: string) {
  const { vaultOf } = await import('./vault.js');
  return vaultOf(home);
}
