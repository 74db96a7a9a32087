import { join } from 'node:path';
import * as z from 'zod/mini';
import { isoTime, nonEmptyString, stored, version1 } from '../lib/schema.js';
import { readUnlessDamaged, removeRecordFile, writeRecordFile, type RecordFile } from './record-file.js';

const scheduleRecord = stored({
  version: version1,
  with: z.enum(['systemd', 'launchd', 'cron']),
  kind: z.enum(['refresh', 'watch']),
  /** The program and script that the schedule starts; used to detect when one is gone. */
  node: nonEmptyString,
  bin: nonEmptyString,
  envFile: z.optional(nonEmptyString),
  installedAt: isoTime,
  /** When the owner was last notified that the schedule does not run. */
  toldAt: z.optional(isoTime),
});

/** What `keyturn schedule install` set up. Written only by install and, for `toldAt`, by watch. */
export type ScheduleRecord = Readonly<z.output<typeof scheduleRecord>>;

const scheduledRun = stored({
  version: version1,
  lastRunAt: isoTime,
  endedAt: isoTime,
  /** `not-due`, `renewed`, `failed`, `person-needed`, `held`, `interrupted` */
  outcome: nonEmptyString,
  exitCode: z.number(),
  code: z.optional(z.string()),
  message: z.optional(z.string()),
});

/** The last run that the schedule started. Written only by such runs. */
export type ScheduledRun = Readonly<z.output<typeof scheduledRun>>;

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
export const readScheduleRecord = (home: string) => readUnlessDamaged(recordFile(home));
export const readScheduledRun = (home: string) => readUnlessDamaged(runFile(home));

export const writeScheduleRecord = (home: string, record: ScheduleRecord) => writeRecordFile(recordFile(home), record);
export const writeScheduledRun = (home: string, run: ScheduledRun) => writeRecordFile(runFile(home), run);

export async function removeScheduleRecords(home: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const file of [recordFile(home), runFile(home)]) {
    if (await removeRecordFile(file)) removed.push(file.path);
  }
  return removed;
}
