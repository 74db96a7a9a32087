import {
  checkpointFacts,
  sessionCheckpoint,
  type CheckpointFacts,
  type SessionCheckpoint,
} from '../core/session-checkpoint.js';
import type { AccountPaths } from './home.js';
import {
  readRecordFacts,
  readRecordFile,
  removeRecordFile,
  writeRecordFile,
  type RecordCodec,
  type RecordFile,
  type Warn,
} from './record-file.js';
import { sealingCodec } from './secrets/sealing-codec.js';

export const checkpointFile = (
  paths: AccountPaths,
): RecordFile<SessionCheckpoint, CheckpointFacts> & {
  readonly codec: RecordCodec<SessionCheckpoint, CheckpointFacts>;
} => ({
  path: paths.session,
  schema: sessionCheckpoint,
  twice: true,
  codec: sealingCodec({
    paths,
    role: 'session',
    factsOf: ({ savedAt, savedBy }) => ({ savedAt, savedBy }),
    facts: checkpointFacts,
  }),
});

/** Readable without the identity. Undefined when the account has never signed in. */
export async function readCheckpointFacts(paths: AccountPaths, warn?: Warn): Promise<CheckpointFacts | undefined> {
  return readRecordFacts(checkpointFile(paths), warn);
}

/** Undefined when the account has never signed in. Reads the second copy, with a warning, if the first is damaged. */
export async function readCheckpoint(paths: AccountPaths, warn?: Warn): Promise<SessionCheckpoint | undefined> {
  return readRecordFile(checkpointFile(paths), warn);
}

export async function writeCheckpoint(paths: AccountPaths, session: SessionCheckpoint, warn?: Warn): Promise<void> {
  await writeRecordFile(checkpointFile(paths), session, warn);
}

/** Returns whether there was a checkpoint. */
export async function removeCheckpoint(paths: AccountPaths): Promise<boolean> {
  return removeRecordFile(checkpointFile(paths));
}
