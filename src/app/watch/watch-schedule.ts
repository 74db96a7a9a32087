import { overdueMs, wasTold } from '../../schedule/overdue.js';
import { readScheduledRun, readScheduleRecord, writeScheduleRecord } from '../../store/schedule-records.js';
import { ScheduleAlert, type ScheduleAlertDeps } from './schedule-alert.js';

/** Connects the schedule alert to the records of this home. @returns a function that runs one check */
export function scheduleAlert(
  home: string,
  rest: Pick<ScheduleAlertDeps, 'notifier' | 'quiet' | 'language' | 'now'>,
): () => Promise<void> {
  const { now } = rest;
  const alert = new ScheduleAlert({
    ...rest,
    overdueMs: async () => {
      const [record, run] = [await readScheduleRecord(home), await readScheduledRun(home)];
      return record && !wasTold(record, run) ? overdueMs(record, run, now()) : undefined;
    },
    markNotified: async () => {
      const record = await readScheduleRecord(home);
      if (record) await writeScheduleRecord(home, { ...record, toldAt: new Date(now()).toISOString() });
    },
  });
  return () => alert.check();
}
