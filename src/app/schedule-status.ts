import { existsSync } from 'node:fs';
import { appError, type AppError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import type { Inspection, Remark } from '../schedule/scheduler.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { scheduleHealth, type ScheduleHealth } from './schedule-health.js';
import { schedulersOf, suffixFor } from './scheduler-for-home.js';

export interface ScheduleStatus extends ScheduleHealth {
  /** Absent when nothing is installed. */
  readonly inspection?: Inspection;
  /** Why the schedule will not start a run; empty when it will. */
  readonly troubles: readonly Remark[];
}

const install = 'keyturn schedule install';

export async function scheduleStatus(
  context: Pick<ProcessContext, 'env' | 'platform' | 'clock'>,
): Promise<ScheduleStatus> {
  const home = homeOf(context);
  const now = context.clock.now();
  const health = await scheduleHealth(home, now);
  const { record, remark } = health;
  if (!record) return { ...health, troubles: [] };
  const scheduler = schedulersOf(context).find(({ name }) => name === record.with);
  if (!scheduler) return { ...health, troubles: [{ text: `this system has no ${record.with}`, next: install }] };
  const inspection = await scheduler.inspect({ kind: record.kind, suffix: suffixFor(context, home) }, now);
  const goneFiles = [record.node, record.bin]
    .filter((file) => !existsSync(file))
    .map((file) => ({ text: `${file}, which the schedule starts, is gone`, next: install }));
  return { ...health, inspection, troubles: [...inspection.troubles, ...goneFiles, ...(remark ? [remark] : [])] };
}

/** KT856; undefined when keys are renewed without the user. */
export function whyNotFiring({ record, watch, troubles }: ScheduleStatus): AppError | undefined {
  const [first] = troubles;
  if (first) {
    // Troubles explain an overdue run, so they come first. An overdue run's next step is this command: name another.
    const hint = first.next === 'keyturn schedule status' ? install : (first.next ?? install);
    return appError(scheduleErrors.willNotFire, { reasons: troubles.map(({ text }) => text), hint });
  }
  if (record || watch !== undefined) return undefined;
  return appError(scheduleErrors.willNotFire, { reasons: ['no schedule is installed'], hint: install });
}
