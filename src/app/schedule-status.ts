import { existsSync } from 'node:fs';
import { appError, type AppError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import type { Inspection, Remark } from '../schedule/scheduler.js';
import { describeHolder } from '../store/lock.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { scheduleHealth, type ScheduleHealth } from './schedule-health.js';
import { schedulersOf, suffixFor } from './scheduler-for-home.js';
import { watchHolder } from './watch/watch-lock.js';

type Context = Pick<ProcessContext, 'env' | 'platform' | 'clock'>;

/** What the scheduler reports, and what the last run recorded. */
export interface ScheduleFacts extends ScheduleHealth {
  /** Absent when nothing is installed. */
  readonly inspection?: Inspection;
  /** The `keyturn watch` that runs now. */
  readonly watch?: string;
  /** Why the schedule will not start a run; empty when it will. */
  readonly troubles: readonly Remark[];
}

export async function scheduleFacts(context: Context, home: string): Promise<ScheduleFacts> {
  const now = context.clock.now();
  const holder = await watchHolder(home);
  const watch = holder && describeHolder(holder, now);
  const health = await scheduleHealth(home, now, watch !== undefined);
  const { record } = health;
  if (!record) return { watch, troubles: [] };
  const scheduler = schedulersOf(context).find(({ name }) => name === record.with);
  if (!scheduler) {
    const gone = { text: `this system has no ${record.with}`, next: 'keyturn schedule install' };
    return { ...health, watch, troubles: [gone] };
  }
  const inspection = await scheduler.inspect({ kind: record.kind, suffix: suffixFor(context, home) }, now);
  const overdue = health.remark ? [health.remark] : [];
  const troubles = [...inspection.troubles, ...goneFiles([record.node, record.bin]), ...overdue];
  return { ...health, watch, inspection, troubles };
}

export interface ScheduleStatus extends ScheduleFacts {
  /** KT856; absent when keys are renewed without the user. */
  readonly failure?: AppError;
}

export async function scheduleStatus(context: Context): Promise<ScheduleStatus> {
  const facts = await scheduleFacts(context, homeOf(context));
  return { ...facts, failure: failureOf(facts) };
}

function failureOf({ record, watch, troubles }: ScheduleFacts): AppError | undefined {
  const install = 'keyturn schedule install';
  const [first] = troubles;
  if (first) {
    // The scheduler's troubles stand before an overdue run, because they explain it. The next step
    // of an overdue run is this very command, so another one is named.
    const hint = first.next === 'keyturn schedule status' ? install : (first.next ?? install);
    return appError(scheduleErrors.willNotFire, { reasons: troubles.map(({ text }) => text), hint });
  }
  if (record || watch !== undefined) return undefined;
  return appError(scheduleErrors.willNotFire, { reasons: ['no schedule is installed'], hint: install });
}

/** Programs that the schedule starts and that are no longer there. */
function goneFiles(files: readonly string[]): readonly Remark[] {
  return files
    .filter((file) => !existsSync(file))
    .map((file) => ({ text: `${file}, which the schedule starts, is gone`, next: 'keyturn schedule install' }));
}
