import { checkpointFacts, sessionCheckpoint } from '../core/session-checkpoint.js';
import type { AccountPaths } from './home.js';
import { readRecordFacts, recordsIn, type Warn } from './record-file.js';
import { sealedAt } from './sealed-file.js';

export const checkpointFile = sealedAt({
  role: 'session',
  schema: sessionCheckpoint,
  twice: true,
  factsOf: ({ savedAt, savedBy }) => ({ savedAt, savedBy }),
  facts: checkpointFacts,
});

/** Readable without the identity. Undefined when the account has never signed in. */
export const readCheckpointFacts = (paths: AccountPaths, warn?: Warn) => readRecordFacts(checkpointFile(paths), warn);

/** Undefined when the account has never signed in. Reads the second copy, with a warning, if the first is damaged. */
export const { read: readCheckpoint, write: writeCheckpoint, remove: removeCheckpoint } = recordsIn(checkpointFile);
