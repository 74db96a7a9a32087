import type { AccountPaths } from '../home.js';
import type { RecordCodec } from '../record-file.js';
import { validate, type Schema } from '../validate.js';
import { parseSealed, type Label } from './sealed-record.js';

interface SealingOptions<T, F extends object> {
  readonly paths: AccountPaths;
  readonly role: Label['role'];
  readonly factsOf: (value: T) => F;
  readonly facts: Schema<F>;
}

/** Encrypts a record if the home's records are encrypted, else leaves it plain. */
export function sealingCodec<T, F extends object>(options: SealingOptions<T, F>): RecordCodec<T, F> {
  const { paths, role, factsOf, facts } = options;
  const label = { account: paths.name, role };
  // A run that is not due does not load the vault.
  const vault = async () => (await import('./vault.js')).vaultOf(paths.home);
  return {
    encode: async (plain, value) => (await vault()).seal(plain, { ...label, facts: factsOf(value) }),
    decode: async (text) => {
      const sealed = parseSealed(text);
      if (sealed === undefined) return undefined;
      if (sealed === 'plain') return (await vault()).admitPlain(paths[role]);
      return sealed.ok ? (await vault()).open(sealed.value, label, paths[role]) : sealed;
    },
    factsOf,
    readFacts: (text) => {
      const sealed = parseSealed(text);
      if (sealed === undefined || sealed === 'plain') return undefined;
      return sealed.ok ? validate(facts, sealed.value.facts) : sealed;
    },
  };
}
