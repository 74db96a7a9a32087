import { existsSync } from 'node:fs';
import { identityPath, type AccountPaths } from './home.js';
import type { SealedFile, Sealing } from './record-file.js';

export const vaultFor = async ({ home }: AccountPaths) => (await import('./secrets/vault.js')).vaultOf(home);

type SealedKind<T, F extends object> = Pick<SealedFile<T, F>, 'schema' | 'twice'> &
  Omit<Sealing<T, F>, 'account' | 'vault' | 'isOn'>;

/** A record of an account that is encrypted where the home's records are; its role is also the name of its file. */
export const sealedAt =
  <T, F extends object>({ role, schema, twice, ...facts }: SealedKind<T, F>) =>
  (paths: AccountPaths): SealedFile<T, F> => ({
    path: paths[role],
    schema,
    twice,
    sealing: {
      account: paths.name,
      vault: () => vaultFor(paths),
      isOn: () => ['', '.bak'].some((copy) => existsSync(identityPath(paths.home) + copy)),
      role,
      ...facts,
    },
  });
