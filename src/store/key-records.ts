import type { KeyRecord, KnownKey, RotationIntent } from '../renewal/key-record.js';
import type { AccountPaths } from './home.js';
import { insist, releaseRoom, reserveRoom } from './insist.js';
import { readRecordFile, removeRecordFile, writeRecordFile, type RecordFile, type Warn } from './record-file.js';
import { aBoolean, aNumber, anObject, isoTime, listOf, oneOf, optional, someText, version1 } from './shape.js';

const rung = oneOf('http', 'headless', 'headed');

const knownKey = anObject<KnownKey>({
  key: someText,
  obtainedAt: isoTime,
  obtainedBy: oneOf('http', 'headless', 'headed', 'adopted', 'login'),
  expiresAt: optional(isoTime),
  lifetimeMs: optional(aNumber),
  provedAt: optional(isoTime),
  runId: someText,
});

const keyRecord = anObject<KeyRecord>({ version: version1, current: optional(knownKey), previous: listOf(knownKey) });

const rotationIntent = anObject<RotationIntent>({
  version: version1,
  id: someText,
  runId: someText,
  startedAt: isoTime,
  rung,
  maskBefore: optional(someText),
  expiresAtBefore: optional(isoTime),
  hadKeyBefore: aBoolean,
  answer: optional(
    anObject<NonNullable<RotationIntent['answer']>>({
      key: someText,
      expiresAt: optional(isoTime),
      seenAt: isoTime,
    }),
  ),
});

const keyFile = (paths: AccountPaths): RecordFile<KeyRecord> => ({ path: paths.key, check: keyRecord, twice: true });
const intentFile = (paths: AccountPaths): RecordFile<RotationIntent> => ({
  path: paths.rotation,
  check: rotationIntent,
  twice: true,
  // A new key that only one of the two copies has is the account's key all the same.
  prefer: (main, copy) => (main.answer === undefined && copy.answer !== undefined ? copy : main),
});

/** An account without a record has an empty one. A damaged record is read from its second copy, with a warning. */
export async function readKeyRecord(paths: AccountPaths, warn?: Warn): Promise<KeyRecord> {
  return (await readRecordFile(keyFile(paths), warn)) ?? { version: 1, previous: [] };
}

/** On disk, twice, when this resolves. */
export async function writeKeyRecord(paths: AccountPaths, record: KeyRecord, warn?: Warn): Promise<void> {
  await insist(paths, () => writeRecordFile(keyFile(paths), record, warn));
}

export async function removeKeyRecord(paths: AccountPaths): Promise<boolean> {
  return removeRecordFile(keyFile(paths));
}

/** Undefined when no rotation is unsettled. */
export async function readIntent(paths: AccountPaths, warn?: Warn): Promise<RotationIntent | undefined> {
  return readRecordFile(intentFile(paths), warn);
}

/** On disk, twice, when this resolves; with room beside it for the key that is to come. */
export async function writeIntent(paths: AccountPaths, intent: RotationIntent, warn?: Warn): Promise<void> {
  if (intent.answer) return insist(paths, () => writeRecordFile(intentFile(paths), intent, warn));
  await reserveRoom(paths);
  await writeRecordFile(intentFile(paths), intent, warn);
}

/** Says whether there was one. */
export async function removeIntent(paths: AccountPaths): Promise<boolean> {
  await releaseRoom(paths);
  return removeRecordFile(intentFile(paths));
}
