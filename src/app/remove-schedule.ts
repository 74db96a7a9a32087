import { AppError, orAppError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import type { Change } from '../schedule/scheduler.js';
import { readScheduleRecord, removeScheduleRecords } from '../store/schedule-records.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { schedulersOf, suffixFor } from './scheduler-for-home.js';

/** Removes everything that keyturn installed, from every scheduler of this machine. */
export async function removeSchedule(context: Pick<ProcessContext, 'env' | 'platform'>): Promise<readonly Change[]> {
  const home = homeOf(context);
  const record = await readScheduleRecord(home);
  const changes: Change[] = [];
  for (const scheduler of schedulersOf(context)) {
    const removed = await orAppError(scheduler.remove(suffixFor(context, home)));
    if (!(removed instanceof AppError)) changes.push(...removed);
    // A scheduler that keyturn never used may fail, but a foreign file in keyturn's place is reported.
    else if (record?.with === scheduler.name || removed.code === scheduleErrors.foreign.code) throw removed;
  }
  for (const name of await removeScheduleRecords(home)) changes.push({ what: 'removed', name });
  return changes;
}
