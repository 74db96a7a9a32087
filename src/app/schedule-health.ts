import { formatDuration } from '../lib/duration.js';
import { overdueMs } from '../schedule/overdue.js';
import type { Remark } from '../schedule/scheduler.js';
import { describeHolder } from '../store/lock.js';
import {
  readScheduledRun,
  readScheduleRecord,
  type ScheduledRun,
  type ScheduleRecord,
} from '../store/schedule-records.js';
import { watchHolder } from './watch/watch-lock.js';

/** The schedule's state according to the state folder. Reads three small files. */
export interface ScheduleHealth {
  readonly record?: ScheduleRecord;
  readonly run?: ScheduledRun;
  /** The `keyturn watch` that runs in this home. */
  readonly watch?: string;
  /** What is wrong, as far as the files alone can show; the scheduler is not asked. */
  readonly remark?: Remark;
}

export async function scheduleHealth(home: string, now: number): Promise<ScheduleHealth> {
  const [record, run, holder] = [await readScheduleRecord(home), await readScheduledRun(home), await watchHolder(home)];
  const watch = holder && describeHolder(holder, now).en;
  if (!record) return { watch };
  const next = 'keyturn schedule status';
  if (record.kind === 'watch' && !watch) {
    const text = 'keyturn watch was installed as a service and does not run';
    return { record, run, watch, remark: { text, next } };
  }
  const silentMs = overdueMs(record, run, now);
  if (silentMs === undefined) return { record, run, watch };
  const text = `the schedule (${record.with}) ${run ? 'has not run' : 'was installed and has never run,'} for ${formatDuration(silentMs)}`;
  return { record, run, watch, remark: { text, next } };
}
