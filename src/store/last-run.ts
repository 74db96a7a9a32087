import { AppError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';
import type { IsoTime, Method } from '../core/outcome.js';
import type { AccountPaths } from './home.js';
import { readRecordFile, writeRecordFile, type RecordFile, type Warn } from './record-file.js';
import { isoTime, nonEmptyString, number, object, oneOf, optional, string, version1 } from './validate.js';

/** The result of the account's last run; shown by `keyturn status`. */
export interface LastRun {
  readonly version: 1;
  readonly runId: string;
  readonly at: IsoTime;
  readonly endedAt: IsoTime;
  readonly outcome: string;
  /** The error's code, `KT…`, if the run failed. */
  readonly code?: string;
  readonly rung?: Method;
  readonly message: string;
  /** The one command to run next. */
  readonly next?: string;
  readonly failuresInARow: number;
  /** When the owner was last notified of the current failure; absent when there is none. */
  readonly toldAt?: IsoTime;
}

const lastRun = object<LastRun>({
  version: version1,
  runId: nonEmptyString,
  at: isoTime,
  endedAt: isoTime,
  outcome: nonEmptyString,
  code: optional(string()),
  rung: optional(oneOf('http', 'headless', 'headed')),
  message: string(),
  next: optional(string()),
  failuresInARow: number,
  toldAt: optional(isoTime),
});

const lastRunFile = (paths: AccountPaths): RecordFile<LastRun> => ({
  path: paths.lastRun,
  schema: lastRun,
  twice: false,
});

/** Undefined when there was no run, or, with a warning, when the record is damaged: it is only shown. */
export async function readLastRun(paths: AccountPaths, warn: Warn = () => undefined): Promise<LastRun | undefined> {
  try {
    return await readRecordFile(lastRunFile(paths), warn);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== storeErrors.damaged.code) throw error;
    warn(error.message);
    return undefined;
  }
}

export async function writeLastRun(paths: AccountPaths, run: LastRun, warn?: Warn): Promise<void> {
  await writeRecordFile(lastRunFile(paths), run, warn);
}
