import type { ScheduledRun, ScheduleRecord } from '../store/schedule-records.js';

/** The hourly schedule is overdue when it has missed a whole day and the night after it. */
const overdueAfterMs = 26 * 3_600_000;

/** The time since the last run, or since the installation if it never ran; undefined when it is not overdue. */
export function overdueMs(
  record: ScheduleRecord | undefined,
  run: ScheduledRun | undefined,
  now: number,
): number | undefined {
  if (record?.kind !== 'refresh') return undefined;
  const silentMs = now - Math.max(Date.parse(record.installedAt), run ? Date.parse(run.lastRunAt) : 0);
  return silentMs >= overdueAfterMs ? silentMs : undefined;
}
