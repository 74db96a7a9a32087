import type { CheckpointCookie, SessionCheckpoint } from '../core/session-checkpoint.js';
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
import {
  boolean,
  isoTime,
  listOf,
  mapOf,
  nonEmptyString,
  number,
  object,
  oneOf,
  optional,
  string,
  version1,
} from './validate.js';

const cookie = object<CheckpointCookie>({
  name: string(),
  value: string(),
  domain: nonEmptyString,
  path: nonEmptyString,
  expires: number,
  httpOnly: boolean,
  secure: boolean,
  sameSite: oneOf('Strict', 'Lax', 'None'),
});

const localStorageItem = object<{ readonly name: string; readonly value: string }>({
  name: string(),
  value: string(),
});

export const sessionCheckpoint = object<SessionCheckpoint>({
  version: version1,
  savedAt: isoTime,
  savedBy: oneOf('browser', 'http', 'import'),
  cookies: listOf(cookie),
  origins: listOf(
    object<SessionCheckpoint['origins'][number]>({ origin: nonEmptyString, localStorage: listOf(localStorageItem) }),
  ),
  headers: optional(mapOf(string())),
});

/** The facts that `keyturn status` shows. */
export type CheckpointFacts = Pick<SessionCheckpoint, 'savedAt' | 'savedBy'>;

const checkpointFacts = object<CheckpointFacts>({
  savedAt: isoTime,
  savedBy: oneOf('browser', 'http', 'import'),
});

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
