import { durationText } from '../lib/duration.js';
import { scheduleRemarks as remarks } from '../messages/schedule-remarks.js';
import { describeHolder } from '../store/lock.js';
import { readScheduledRun, readScheduleRecord } from '../store/schedule-records.js';
import { watchHolder } from './watch/watch-lock.js';

/** The hourly schedule is overdue when it has missed a whole day and the night after it. */
const overdueAfterMs = 26 * 3_600_000;

/**
 * The schedule's state according to three small files. `watch`: the `keyturn watch` that runs in this home. `remark`: what
 * is wrong, as far as the files alone can show; the scheduler is not asked.
 */
export async function scheduleHealth(home: string, now: number) {
  const [record, run, holder] = [await readScheduleRecord(home), await readScheduledRun(home), await watchHolder(home)];
  const watch = holder && describeHolder(holder, now);
  // Since the last run, or since the installation if there was none.
  const silentMs = record ? now - Math.max(Date.parse(record.installedAt), run ? Date.parse(run.lastRunAt) : 0) : 0;
  const text =
    record?.kind === 'watch' && !watch
      ? remarks.serviceIsDown
      : record?.kind === 'refresh' &&
        silentMs >= overdueAfterMs &&
        (run ? remarks.overdue : remarks.neverRan)(record.with, durationText(silentMs));
  return { record, run, watch, remark: text ? { text, next: 'keyturn schedule status' } : undefined };
}
