import { join } from 'node:path';
import * as z from 'zod/mini';
import { isoTime, nonEmptyString, stored, version1 } from '../lib/schema.js';
import { recordAt } from './record-file.js';

/** What `keyturn schedule install` set up. Written only by install. */
const scheduleRecord = stored({
  version: version1,
  with: z.enum(['systemd', 'launchd', 'cron']),
  kind: z.enum(['refresh', 'watch']),
  /** The program and script that the schedule starts; used to detect when one is gone. */
  node: nonEmptyString,
  bin: nonEmptyString,
  envFile: z.optional(nonEmptyString),
  installedAt: isoTime,
});

/** The last run that the schedule started. Written only by such runs. */
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

const record = recordAt(scheduleRecord, (home: string) => join(home, 'schedule.json'));
const run = recordAt(scheduledRun, (home: string) => join(home, 'schedule-run.json'));

/** Undefined when nothing is installed or the record is damaged: installing again repairs it. */
export const { read: readScheduleRecord, write: writeScheduleRecord } = record;
export const { read: readScheduledRun, write: writeScheduledRun } = run;

export async function removeScheduleRecords(home: string): Promise<readonly string[]> {
  const removed = [await record.remove(home), await run.remove(home)];
  return ['schedule.json', 'schedule-run.json'].filter((_, index) => removed[index]).map((name) => join(home, name));
}
