import type { CheckpointCookie, SessionCheckpoint } from '../renewal/session-checkpoint.js';
import type { AccountPaths } from './home.js';
import { readRecordFile, removeRecordFile, writeRecordFile, type RecordFile, type Warn } from './record-file.js';
import {
  aBoolean,
  aNumber,
  anObject,
  aString,
  isoTime,
  listOf,
  mapOf,
  oneOf,
  optional,
  someText,
  version1,
} from './shape.js';

const cookie = anObject<CheckpointCookie>({
  name: aString(),
  value: aString(),
  domain: someText,
  path: someText,
  expires: aNumber,
  httpOnly: aBoolean,
  secure: aBoolean,
  sameSite: oneOf('Strict', 'Lax', 'None'),
});

const localStorageItem = anObject<{ readonly name: string; readonly value: string }>({
  name: aString(),
  value: aString(),
});

const checkpoint = anObject<SessionCheckpoint>({
  version: version1,
  savedAt: isoTime,
  savedBy: oneOf('browser', 'http', 'import'),
  cookies: listOf(cookie),
  origins: listOf(
    anObject<SessionCheckpoint['origins'][number]>({ origin: someText, localStorage: listOf(localStorageItem) }),
  ),
  headers: optional(mapOf(aString())),
});

const checkpointFile = (paths: AccountPaths): RecordFile<SessionCheckpoint> => ({
  path: paths.session,
  check: checkpoint,
  twice: true,
});

/** Undefined when the account has never signed in. A damaged one is read from its second copy, with a warning. */
export async function readCheckpoint(paths: AccountPaths, warn?: Warn): Promise<SessionCheckpoint | undefined> {
  return readRecordFile(checkpointFile(paths), warn);
}

export async function writeCheckpoint(paths: AccountPaths, session: SessionCheckpoint, warn?: Warn): Promise<void> {
  await writeRecordFile(checkpointFile(paths), session, warn);
}

/** Says whether there was one. */
export async function removeCheckpoint(paths: AccountPaths): Promise<boolean> {
  return removeRecordFile(checkpointFile(paths));
}
