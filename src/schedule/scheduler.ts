import type { AppError } from '../errors/app-error.js';
import type { Job } from './job.js';

export type SchedulerName = 'systemd' | 'launchd' | 'cron';

/** One thing that was done, with the file, crontab or unit it was done to. */
export interface Change {
  readonly what: 'written' | 'updated' | 'removed' | 'enabled' | 'started' | 'stopped';
  readonly name: string;
}

/** Something to know about a schedule, with the one command to run. */
export interface Remark {
  readonly text: string;
  readonly next?: string;
}

/** What the scheduler itself says. */
export interface Inspection {
  /** For people: `the systemd user timer keyturn-refresh.timer`. */
  readonly what: string;
  readonly isInstalled: boolean;
  /** The service is at work at this moment. */
  readonly isRunning: boolean;
  /** Epoch milliseconds; absent for a service, which has no times. */
  readonly nextAt?: number;
  /** Who says when: `systemd`, `the crontab`. */
  readonly nextSaidBy?: string;
  /** Why it will not fire. */
  readonly troubles: readonly Remark[];
  readonly notes: readonly Remark[];
}

/** What would be written, and the commands that follow. */
export interface Rendering {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly commands: readonly (readonly string[])[];
}

export interface Scheduler {
  readonly name: SchedulerName;
  /** For people: `a systemd user timer`. */
  readonly title: string;
  /** Whether it keeps a program running. */
  readonly hasServices: boolean;
  /** Why it cannot be used here; undefined when it can. */
  trouble(): Promise<AppError | undefined>;
  render(job: Job): Rendering;
  /** Brings this job, and takes away one of the other kind. No change: it was there already. A failure is undone. */
  install(job: Job): Promise<readonly Change[]>;
  /** Takes away whatever of ours is there, of either kind. */
  remove(suffix: string): Promise<readonly Change[]>;
  inspect(job: Pick<Job, 'kind' | 'suffix'>, now: number): Promise<Inspection>;
}
