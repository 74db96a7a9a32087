import type { ScheduledRun, ScheduleRecord } from '../store/schedule-records.js';

/** An hourly schedule that has missed a whole day and the night after it. */
export const overdueAfterMs = 26 * 3_600_000;

/** How long the hourly schedule has not run, when that is too long; since its installation where it never has. */
export function overdueMs(
  record: ScheduleRecord | undefined,
  run: ScheduledRun | undefined,
  now: number,
): number | undefined {
  if (record?.kind !== 'refresh') return undefined;
  const silentMs = now - lastSign(record, run);
  return silentMs >= overdueAfterMs ? silentMs : undefined;
}

/** Whether the owner knows already, that is, was told after the last sign of life. */
export function wasTold(record: ScheduleRecord, run: ScheduledRun | undefined): boolean {
  return record.toldAt !== undefined && Date.parse(record.toldAt) > lastSign(record, run);
}

function lastSign(record: ScheduleRecord, run: ScheduledRun | undefined): number {
  return Math.max(Date.parse(record.installedAt), run ? Date.parse(run.lastRunAt) : 0);
}
