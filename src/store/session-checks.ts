import { join } from 'node:path';
import * as z from 'zod/mini';
import { isoTime, stored, version1 } from '../lib/schema.js';
import type { AccountPaths } from './home.js';
import { readUnlessDamaged, writeRecordFile, type RecordFile } from './record-file.js';

const sessionCheck = stored({
  version: version1,
  at: isoTime,
  /** When to check again. Until then a run that is not due reads only this file. */
  nextAt: isoTime,
  /** `used`: something else used the session recently. `unclear`: reading over HTTP shows nothing at this site. */
  outcome: z.enum(['alive', 'used', 'signed-out', 'unclear', 'unreachable', 'off']),
  /** When a read over HTTP last found the session alive. */
  aliveAt: z.optional(isoTime),
  detail: z.optional(z.string()),
});

/** The state of the account's session between two renewals; on disk as `session-check.json`. */
export type SessionCheck = Readonly<z.output<typeof sessionCheck>>;

const sessionCheckFile = (paths: AccountPaths): RecordFile<SessionCheck> => ({
  path: join(paths.folder, 'session-check.json'),
  schema: sessionCheck,
  twice: false,
});

/** Undefined when there is none or it is damaged. The record only saves a request. */
export const readSessionCheck = (paths: AccountPaths) => readUnlessDamaged(sessionCheckFile(paths));

export const writeSessionCheck = (paths: AccountPaths, check: SessionCheck) =>
  writeRecordFile(sessionCheckFile(paths), check);
