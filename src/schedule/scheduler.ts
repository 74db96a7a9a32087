import { appError, type AppError } from '../lib/app-error.js';
import { scheduleErrors } from './schedule-errors.js';
import { schedulerTexts } from '../messages/schedule-errors.js';
import type { Text } from '../messages/text.js';
import type { Job } from './job.js';

export type SchedulerName = 'systemd' | 'launchd' | 'cron';

export interface Change {
  readonly what: 'written' | 'updated' | 'removed' | 'started' | 'stopped';
  readonly name: string;
}

export interface Remark {
  readonly text: Text;
  readonly next?: string;
}

/** The state of a schedule, as the scheduler itself reports it. */
export interface Inspection {
  /** For people: `the systemd user timer keyturn-refresh.timer`. */
  readonly what: Text;
  readonly isRunning: boolean;
  /** The time of the next run in epoch milliseconds; absent for a service, which runs all the time. */
  readonly nextAt?: number;
  /** The source of `nextAt`: `systemd`, `the crontab`. */
  readonly nextSaidBy?: Text;
  readonly troubles: readonly Remark[];
  readonly notes: readonly Remark[];
}

/** The files that an install would write, and the commands that it would then run. */
interface Rendering {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly commands: readonly (readonly string[])[];
}

export interface Scheduler {
  readonly name: SchedulerName;
  /** Whether it can keep a program running all the time. */
  readonly hasServices: boolean;
  /** Why it cannot be used here; undefined when it can. */
  trouble(): Promise<AppError | undefined>;
  render(job: Job): Rendering;
  /** Removes a job of the other kind. Returns no changes when this job is installed. After a failure it can be repeated. */
  install(job: Job): Promise<readonly Change[]>;
  /** Removes keyturn's job, of either kind. */
  remove(suffix: string): Promise<readonly Change[]>;
  inspect(job: Pick<Job, 'kind' | 'suffix'>, now: number): Promise<Inspection>;
}

export const installAgain = 'keyturn schedule install';

/** The error of a scheduler that this machine does not have, or that this user may not use. */
export const unusableScheduler = (name: SchedulerName, reason: Text): AppError =>
  appError(scheduleErrors.unusable, { problems: [schedulerTexts.unusable(name, reason)] });
