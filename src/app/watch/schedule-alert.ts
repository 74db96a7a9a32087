import type { Notifier } from '../../core/owner-ports.js';
import { quietUntil, type QuietHours } from '../../lib/quiet-hours.js';
import type { Language } from '../../messages/text.js';
import { overdueMs, wasTold } from '../../schedule/overdue.js';
import { readScheduledRun, readScheduleRecord, writeScheduleRecord } from '../../store/schedule-records.js';
import { silentNotice } from './watch-notices.js';

/** After a sleep, a machine runs its overdue timers within this much time awake. */
const graceMs = 75 * 60_000;
/** Checks are at most a minute apart. A longer gap means that the machine slept, so no schedule could run either. */
const longestGapMs = 2 * 60_000;

/** Notifies the owner once when the installed schedule has stopped running. @returns a function that runs one check */
export function scheduleAlert(
  home: string,
  { notifier, quiet, language, now }: { notifier: Notifier; quiet?: QuietHours; language: Language; now: () => number },
): () => Promise<void> {
  let lastCheckAt: number | undefined;
  let awakeMs = 0;
  return async () => {
    const checkAt = now();
    const gapMs = lastCheckAt === undefined ? 0 : checkAt - lastCheckAt;
    lastCheckAt = checkAt;
    const [record, run] = [await readScheduleRecord(home), await readScheduledRun(home)];
    const silentMs = record && !wasTold(record, run) ? overdueMs(record, run, checkAt) : undefined;
    if (silentMs === undefined) {
      awakeMs = 0;
      return;
    }
    awakeMs += Math.min(Math.max(gapMs, 0), longestGapMs);
    if (awakeMs < graceMs || quietUntil(checkAt, quiet) !== undefined) return;
    const sent = await notifier.notify(silentNotice(silentMs, language));
    // Try again later, not at the next check.
    if (!sent.delivered) awakeMs = 0;
    // Read again: the schedule may have been changed meanwhile.
    const current = sent.delivered ? await readScheduleRecord(home) : undefined;
    if (current) await writeScheduleRecord(home, { ...current, toldAt: new Date(now()).toISOString() });
  };
}
