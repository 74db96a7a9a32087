import { stat } from 'node:fs/promises';
import {
  fingerprintOf,
  keyFacts,
  keyRecord,
  rotationIntent,
  type KeyFacts,
  type KeyRecord,
  type RotationIntent,
} from '../core/key-record.js';
import { AppError } from '../lib/app-error.js';
import { storeErrors } from '../lib/store-errors.js';
import { readPrivateBytes, removePrivateFile, writePrivateFile } from '../lib/private-files.js';
import type { AccountPaths } from './home.js';
import { readRecordFacts, readUnfinishedWrites, recordsIn, type Warn } from './record-file.js';
import { sealedAt, vaultFor } from './sealed-file.js';
import { warningTexts } from '../messages/warnings.js';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../lib/system-error.js';
import * as z from 'zod/mini';

export const keyFile = sealedAt({ role: 'key', schema: keyRecord, twice: true, factsOf: factsOfKey, facts: keyFacts });

function factsOfKey({ current, clock }: KeyRecord): KeyFacts {
  if (!current) return { clock };
  const { key, runId: _runId, ...facts } = current;
  return { current: { ...facts, fingerprint: fingerprintOf(key) }, clock };
}

export const intentFile = sealedAt({
  role: 'rotation',
  schema: rotationIntent,
  twice: false,
  factsOf: () => ({}),
  facts: z.looseObject({}),
});

const keyRecords = recordsIn(keyFile);
const intents = recordsIn(intentFile);

/** The facts that `isDue` and `keyturn status` use. Readable without the identity. */
export async function readKeyFacts(paths: AccountPaths, warn?: Warn): Promise<KeyFacts> {
  return (await readRecordFacts(keyFile(paths), warn)) ?? {};
}

/** Whether a rotation is unsettled. Readable without the identity. */
export async function hasIntent(paths: AccountPaths): Promise<boolean> {
  return (await readPrivateBytes(paths.rotation)) !== undefined;
}

/** Rejects when a key that is written now could not be read back because the identity is not available. */
export async function prepareKeyWrite(paths: AccountPaths): Promise<void> {
  await (await vaultFor(paths)).prepare();
}

/** Returns an empty record if the account has none. Reads the second copy, with a warning, if the first is damaged. */
export async function readKeyRecord(paths: AccountPaths, warn?: Warn): Promise<KeyRecord> {
  return (await keyRecords.read(paths, warn)) ?? { version: 1, previous: [] };
}

export async function writeKeyRecord(paths: AccountPaths, record: KeyRecord, warn?: Warn): Promise<void> {
  await writeWithRetry(paths, () => keyRecords.write(paths, record, warn));
}

/** Undefined when no rotation is unsettled. Warns of an intent that a power cut has cut off. */
export async function readIntent(paths: AccountPaths, warn?: Warn): Promise<RotationIntent | undefined> {
  const intent = await intents.read(paths).catch((error: unknown) => intentOfCutOffFile(paths, error, warn));
  if (!intent || intent.answer) return intent;
  // The old key is dead once the new one was seen, so a complete but unrenamed write of the new key counts.
  const unfinished = await readUnfinishedWrites(intentFile(paths)).catch(() => []);
  return unfinished.find(({ id, answer }) => id === intent.id && answer !== undefined) ?? intent;
}

/** After a power cut, nothing is known of the press. Throws `error` for other damage, e.g. by a newer keyturn. */
async function intentOfCutOffFile(paths: AccountPaths, error: unknown, warn?: Warn): Promise<RotationIntent> {
  const path = paths.rotation;
  if (!(error instanceof AppError) || error.code !== storeErrors.damaged.code) throw error;
  if ((await readPrivateBytes(path))?.at(-1) === '\n'.charCodeAt(0)) throw error;
  warn?.(warningTexts.rotationCutOff(path));
  const startedAt = (await stat(path)).mtime.toISOString();
  return { version: 1, id: 'cut-off', runId: 'cut-off', startedAt, rung: 'http', hadKeyBefore: true };
}

/** On disk when this resolves, with disk space reserved for the new key. */
export async function writeIntent(paths: AccountPaths, intent: RotationIntent, warn?: Warn): Promise<void> {
  if (intent.answer) return writeWithRetry(paths, () => intents.write(paths, intent, warn));
  await writePrivateFile(reserveFile(paths), randomBytes(reservedBytes), 'content');
  await intents.write(paths, intent, warn);
}

export async function removeIntent(paths: AccountPaths): Promise<boolean> {
  await removePrivateFile(reserveFile(paths), 'content');
  return intents.remove(paths);
}

/**
 * Several times the size of a new key in all its files. The space is reserved before a rotation: if the disk fills up
 * during the rotation, the new key still fits, while the old key is dead by then and the new one is stored nowhere else.
 * The reserved file holds random bytes, because a compressing file system would reserve almost nothing for zeros.
 */
const reservedBytes = 64 * 1024;
/** Too many open files and network-drive errors are usually over within these pauses. */
const pausesMs = [100, 400, 1000];

const reserveFile = (paths: AccountPaths) => `${paths.rotation}.reserve`;

/** Retries a write that must not be lost. When the disk is full, releases the reserved space first. */
async function writeWithRetry(paths: AccountPaths, write: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== storeErrors.cannotWrite.code) throw error;
      const isFull = ['ENOSPC', 'EDQUOT'].includes(systemCode(error.cause) ?? '');
      if (isFull && (await removePrivateFile(reserveFile(paths)).catch(() => false))) continue;
      const pauseMs = pausesMs[tries];
      if (pauseMs === undefined) throw error;
      await sleep(pauseMs);
    }
  }
}
