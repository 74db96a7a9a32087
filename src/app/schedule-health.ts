import { formatDuration } from '../lib/duration.js';
import { overdueMs } from '../schedule/overdue.js';
import type { Remark } from '../schedule/scheduler.js';
import {
  readScheduledRun,
  readScheduleRecord,
  type ScheduledRun,
  type ScheduleRecord,
} from '../store/schedule-records.js';

/** The schedule's state according to the state folder. Reads two small files. */
export interface ScheduleHealth {
  readonly record?: ScheduleRecord;
  readonly run?: ScheduledRun;
  /** What is wrong, as far as the files alone can show; the scheduler is not asked. */
  readonly remark?: Remark;
}

export async function scheduleHealth(home: string, now: number, isWatched: boolean): Promise<ScheduleHealth> {
  const [record, run] = await Promise.all([readScheduleRecord(home), readScheduledRun(home)]);
  return { record, run, remark: remarkOn(record, run, now, isWatched) };
}

function remarkOn(
  record: ScheduleRecord | undefined,
  run: ScheduledRun | undefined,
  now: number,
  isWatched: boolean,
): Remark | undefined {
  if (record?.kind === 'watch' && !isWatched)
    return { text: 'keyturn watch was installed as a service and does not run', next: 'keyturn schedule status' };
  const silentMs = overdueMs(record, run, now);
  if (silentMs === undefined) return undefined;
  const text = `the schedule (${record?.with}) ${run ? 'has not run' : 'was installed and has never run,'} for ${formatDuration(silentMs)}`;
  return { text, next: 'keyturn schedule status' };
}
