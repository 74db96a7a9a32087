import { durationText } from '../lib/duration.js';
import { scheduleRemarks as remarks } from '../messages/schedule-remarks.js';
import { overdueMs } from '../schedule/overdue.js';
import { describeHolder } from '../store/lock.js';
import { readScheduledRun, readScheduleRecord } from '../store/schedule-records.js';
import { watchHolder } from './watch/watch-lock.js';

/**
 * The schedule's state according to three small files. `watch`: the `keyturn watch` that runs in this home. `remark`: what
 * is wrong, as far as the files alone can show; the scheduler is not asked.
 */
export async function scheduleHealth(home: string, now: number) {
  const [record, run, holder] = [await readScheduleRecord(home), await readScheduledRun(home), await watchHolder(home)];
  const watch = holder && describeHolder(holder, now);
  const silentMs = overdueMs(record, run, now);
  const text =
    record?.kind === 'watch' && !watch
      ? remarks.serviceIsDown
      : record &&
        silentMs !== undefined &&
        (run ? remarks.overdue : remarks.neverRan)(record.with, durationText(silentMs));
  return { record, run, watch, remark: text ? { text, next: 'keyturn schedule status' } : undefined };
}
