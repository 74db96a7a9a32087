import {
  checkpointFacts,
  sessionCheckpoint,
  type CheckpointFacts,
  type SessionCheckpoint,
} from '../core/session-checkpoint.js';
import type { AccountPaths } from './home.js';
import { vaultOfAccount } from './key-records.js';
import {
  readRecordFacts,
  readRecordFile,
  removeRecordFile,
  writeRecordFile,
  type SealedFile,
  type Warn,
} from './record-file.js';

export const checkpointFile = (paths: AccountPaths): SealedFile<SessionCheckpoint, CheckpointFacts> => ({
  path: paths.session,
  schema: sessionCheckpoint,
  twice: true,
  sealing: {
    ...vaultOfAccount(paths),
    role: 'session',
    factsOf: ({ savedAt, savedBy }) => ({ savedAt, savedBy }),
    facts: checkpointFacts,
  },
});

/** Readable without the identity. Undefined when the account has never signed in. */
export const readCheckpointFacts = (paths: AccountPaths, warn?: Warn) => readRecordFacts(checkpointFile(paths), warn);

/** Undefined when the account has never signed in. Reads the second copy, with a warning, if the first is damaged. */
export const readCheckpoint = (paths: AccountPaths, warn?: Warn) => readRecordFile(checkpointFile(paths), warn);

export const writeCheckpoint = (paths: AccountPaths, session: SessionCheckpoint, warn?: Warn) =>
  writeRecordFile(checkpointFile(paths), session, warn);

export const removeCheckpoint = (paths: AccountPaths) => removeRecordFile(checkpointFile(paths));
