import { existsSync } from 'node:fs';
import { formatDuration } from '../lib/duration.js';
import { appError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import { oneLine, printableJson, redactText } from '../lib/redact.js';
import type { Inspection, Remark } from '../schedule/scheduler.js';
import { describeHolder } from '../store/lock.js';
import { watchHolder } from './watch/watch-lock.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { describeInspection } from './describe-inspection.js';
import { scheduleHealth, type ScheduleHealth } from './schedule-health.js';
import { schedulersOf, suffixFor } from './scheduler-for-home.js';
import { showTime } from '../lib/show-time.js';

/** Everything that is known of the schedule: what the scheduler says, and what the last run left. */
export interface ScheduleFacts extends ScheduleHealth {
  /** Absent when nothing is installed. */
  readonly inspection?: Inspection;
  /** The `keyturn watch` that runs now, if one does. */
  readonly watch?: string;
  /** Why it will not fire; empty when it will. */
  readonly troubles: readonly Remark[];
}

export async function scheduleFacts(context: ProcessContext, home: string): Promise<ScheduleFacts> {
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

/** @returns 0 when keys are renewed by themselves; otherwise KT856 is thrown after the facts */
export async function printScheduleStatus(context: ProcessContext, isJson: boolean): Promise<number> {
  const home = homeOf(context);
  const { record, run, inspection, watch, troubles } = await scheduleFacts(context, home);
  if (isJson) {
    const facts = {
      installed: record !== undefined,
      with: record?.with,
      kind: record?.kind,
      willFire: record !== undefined && troubles.length === 0,
      what: inspection?.what,
      running: inspection?.isRunning,
      nextAt: inspection?.nextAt === undefined ? undefined : new Date(inspection.nextAt).toISOString(),
      nextSaidBy: inspection?.nextAt === undefined ? undefined : inspection.nextSaidBy,
      lastRun: run && { at: run.lastRunAt, outcome: run.outcome, exitCode: run.exitCode, code: run.code, message: run.message }, // prettier-ignore
      watch,
      troubles,
      notes: inspection?.notes ?? [],
    };
    context.stdout.write(`${printableJson(JSON.stringify(facts, null, 2))}\n`);
  } else if (record && inspection) {
    context.stdout.write(`${describeInspection(inspection, context.clock.now())}\n`);
    if (record.kind === 'refresh') context.stdout.write(`last run: ${lastRunText(run, context.clock.now())}\n`);
    for (const { text, next } of inspection.notes)
      context.stdout.write(`note: ${text}${next ? `; next: ${next}` : ''}\n`);
  }
  if (!isJson && watch !== undefined) context.stdout.write(`watched over by ${watch}\n`);
  const [first] = troubles;
  if (first) {
    // What the scheduler has against it comes first; that it has not run is then no surprise.
    const hint = first.next === 'keyturn schedule status' ? 'keyturn schedule install' : first.next;
    throw appError(scheduleErrors.willNotFire, {
      reasons: troubles.map(({ text }) => text),
      hint: hint ?? 'keyturn schedule install',
    });
  }
  if (!record && watch === undefined) {
    const reasons = ['no schedule is installed'];
    throw appError(scheduleErrors.willNotFire, { reasons, hint: 'keyturn schedule install' });
  }
  if (!isJson && !record) context.stdout.write('no schedule is installed\n');
  return 0;
}

function lastRunText(run: ScheduleHealth['run'], now: number): string {
  if (!run) return 'none yet';
  const why = run.message === undefined ? '' : `: ${oneLine(redactText(run.message))} [${run.code ?? ''}]`;
  const ago = formatDuration(Math.max(0, now - Date.parse(run.lastRunAt)));
  return `${showTime(run.lastRunAt)} (${ago} ago), ${run.outcome} (exit ${run.exitCode})${why}`;
}

/** Programs that the schedule starts and that are no longer there. */
function goneFiles(files: readonly string[]): readonly Remark[] {
  return files
    .filter((file) => !existsSync(file))
    .map((file) => ({ text: `${file}, which the schedule starts, is gone`, next: 'keyturn schedule install' }));
}
