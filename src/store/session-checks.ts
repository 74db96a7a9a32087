import { join } from 'node:path';
import { AppError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';
import type { IsoTime } from '../core/outcome.js';
import type { AccountPaths } from './home.js';
import { readRecordFile, writeRecordFile, type RecordFile } from './record-file.js';
import { isoTime, object, oneOf, optional, string, version1 } from './validate.js';

/** The state of the account's session between two renewals; on disk as `session-check.json`. */
export interface SessionCheck {
  readonly version: 1;
  readonly at: IsoTime;
  /** When to check again. Until then a run that is not due reads only this file. */
  readonly nextAt: IsoTime;
  /** `used`: something else used the session recently. `unclear`: reading over HTTP shows nothing at this site. */
  readonly outcome: 'alive' | 'used' | 'signed-out' | 'unclear' | 'unreachable' | 'off';
  /** When a read over HTTP last found the session alive. */
  readonly aliveAt?: IsoTime;
  readonly detail?: string;
}

const sessionCheck = object<SessionCheck>({
  version: version1,
  at: isoTime,
  nextAt: isoTime,
  outcome: oneOf('alive', 'used', 'signed-out', 'unclear', 'unreachable', 'off'),
  aliveAt: optional(isoTime),
  detail: optional(string()),
});

const sessionCheckFile = (paths: AccountPaths): RecordFile<SessionCheck> => ({
  path: join(paths.folder, 'session-check.json'),
  schema: sessionCheck,
  twice: false,
});

/** Undefined when there is none or it is damaged. The record only saves a request. */
export async function readSessionCheck(paths: AccountPaths): Promise<SessionCheck | undefined> {
  try {
    return await readRecordFile(sessionCheckFile(paths), () => undefined);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== storeErrors.damaged.code) throw error;
    return undefined;
  }
}

export async function writeSessionCheck(paths: AccountPaths, check: SessionCheck): Promise<void> {
  await writeRecordFile(sessionCheckFile(paths), check);
}
