import { join } from 'node:path';
import { AppError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';
import type { IsoTime } from '../core/outcome.js';
import { readRecordFile, removeRecordFile, writeRecordFile, type RecordFile } from './record-file.js';
import { isoTime, nonEmptyString, number, object, oneOf, optional, string, version1 } from './validate.js';

/** What `keyturn schedule install` set up. Written only by install and, for `toldAt`, by watch. */
export interface ScheduleRecord {
  readonly version: 1;
  readonly with: 'systemd' | 'launchd' | 'cron';
  readonly kind: 'refresh' | 'watch';
  /** The program and script that the schedule starts; used to detect when one is gone. */
  readonly node: string;
  readonly bin: string;
  /** The path given with `--env-file`. */
  readonly envFile?: string;
  readonly installedAt: IsoTime;
  /** When the owner was last notified that the schedule does not run. */
  readonly toldAt?: IsoTime;
}

/** The last run that the schedule started. Written only by such runs. */
export interface ScheduledRun {
  readonly version: 1;
  readonly lastRunAt: IsoTime;
  readonly endedAt: IsoTime;
  /** `not-due`, `renewed`, `failed`, `person-needed`, `held`, `interrupted` */
  readonly outcome: string;
  readonly exitCode: number;
  /** The first error's code. */
  readonly code?: string;
  readonly message?: string;
}

const scheduleRecord = object<ScheduleRecord>({
  version: version1,
  with: oneOf('systemd', 'launchd', 'cron'),
  kind: oneOf('refresh', 'watch'),
  node: nonEmptyString,
  bin: nonEmptyString,
  envFile: optional(nonEmptyString),
  installedAt: isoTime,
  toldAt: optional(isoTime),
});

const scheduledRun = object<ScheduledRun>({
  version: version1,
  lastRunAt: isoTime,
  endedAt: isoTime,
  outcome: nonEmptyString,
  exitCode: number,
  code: optional(string()),
  message: optional(string()),
});

const recordFile = (home: string): RecordFile<ScheduleRecord> => ({
  path: join(home, 'schedule.json'),
  schema: scheduleRecord,
  twice: false,
});

const runFile = (home: string): RecordFile<ScheduledRun> => ({
  path: join(home, 'schedule-run.json'),
  schema: scheduledRun,
  twice: false,
});

/** Undefined when nothing is installed or the record is damaged: installing again repairs it. */
export const readScheduleRecord = (home: string) => readOrNone(recordFile(home));
export const readScheduledRun = (home: string) => readOrNone(runFile(home));

export const writeScheduleRecord = (home: string, record: ScheduleRecord) => writeRecordFile(recordFile(home), record);
export const writeScheduledRun = (home: string, run: ScheduledRun) => writeRecordFile(runFile(home), run);

/** Returns the paths of the removed files. */
export async function removeScheduleRecords(home: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const file of [recordFile(home), runFile(home)]) {
    if (await removeRecordFile({ path: file.path, twice: file.twice })) removed.push(file.path);
  }
  return removed;
}

async function readOrNone<T>(file: RecordFile<T>): Promise<T | undefined> {
  try {
    return await readRecordFile(file);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== storeErrors.damaged.code) throw error;
    return undefined;
  }
}
