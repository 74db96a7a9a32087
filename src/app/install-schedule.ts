import { join } from 'node:path';
import { shellWord } from '../messages/shell-word.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { chooseScheduler, requireService, type Choice } from '../schedule/choose-scheduler.js';
import type { Job } from '../schedule/job.js';
import type { Change, Remark, Scheduler, SchedulerName } from '../schedule/scheduler.js';
import { readScheduleRecord, writeScheduleRecord, type ScheduleRecord } from '../store/schedule-records.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { jobOf, schedulersOf, unseenSettings } from './scheduler-for-home.js';

export type { Change, Remark } from '../schedule/scheduler.js';

type Context = Pick<ProcessContext, 'env' | 'platform' | 'packageFolder' | 'clock'>;

export interface ScheduleOptions {
  /** Default: the scheduler that is installed, else the best of this machine. */
  readonly with?: SchedulerName;
  /** Keeps `keyturn watch` running instead of a refresh every hour. */
  readonly watch?: boolean;
}

export type SchedulePreview = Awaited<ReturnType<typeof previewSchedule>>;
export type InstalledSchedule = Awaited<ReturnType<typeof installSchedule>>;

/** What {@link installSchedule} would write. A scheduler that is named need not be usable on this machine. */
export async function previewSchedule(options: ScheduleOptions, context: Context) {
  const { job, scheduler, unseen } = await planSchedule(options, context, { isPreview: true });
  return { ...scheduler.render(job), remarks: unseen };
}

/**
 * Sets the schedule up, or brings it up to date.
 * 1. A scheduler is chosen: the named one, the one that is installed, or the best.
 * 2. The scheduler installs the job, and the home records it.
 * 3. The job of a former scheduler is removed.
 * 4. The scheduler reports when it will start the next run.
 * @param onChanges called before step 4, so that the changes are printed even if step 4 fails
 */
export async function installSchedule(
  options: ScheduleOptions,
  onChanges: (changes: readonly Change[]) => void,
  context: Context,
) {
  const home = homeOf(context);
  const plan = await planSchedule(options, context, { isPreview: false });
  const { job, record, scheduler, passedOver, unseen } = plan;
  const changes = [...(await scheduler.install(job))];
  const next = recordOf(scheduler, job, context);
  if (changes.length > 0 || !record || !isSameSchedule(record, next)) {
    await writeScheduleRecord(home, next);
    changes.push({ what: record ? 'updated' : 'written', name: join(home, 'schedule.json') });
  }
  const former = record && record.with !== scheduler.name && plan.schedulers.find(({ name }) => name === record.with);
  if (former) changes.push(...(await former.remove(job.suffix)));
  onChanges(changes);

  const inspection = await scheduler.inspect(job, context.clock.now());
  const why = passedOver.map((text) => ({ text: `a ${scheduler.title} was chosen: ${text}` }));
  return {
    kind: job.kind,
    wasThere: changes.length === 0,
    inspection,
    remarks: [...why, ...inspection.troubles, ...inspection.notes, ...npxCache(job), ...unseen],
  };
}

async function planSchedule(
  options: ScheduleOptions,
  context: Context,
  { isPreview }: { readonly isPreview: boolean },
) {
  const home = homeOf(context);
  const needsService = options.watch === true;
  const job = jobOf(context, home, needsService ? 'watch' : 'refresh');
  const record = await readScheduleRecord(home);
  const schedulers = schedulersOf(context);
  const named = isPreview ? schedulers.find(({ name }) => name === options.with) : undefined;
  if (named && needsService) requireService(named);
  const choice: Choice = named
    ? { scheduler: named, passedOver: [] }
    : await chooseScheduler(schedulers, { wanted: options.with, before: record?.with, needsService });
  const settings = await unseenSettings(context, home, job);
  /** What the scheduled run will read differently from this shell. */
  const unseen: readonly Remark[] = [...settings, ...droppedEnvFile(record?.envFile, job.env[envFileVariable])];
  return { ...choice, schedulers, job, record, unseen };
}

function recordOf({ name }: Scheduler, job: Job, { clock }: Context): ScheduleRecord {
  const [node, bin] = job.words;
  const envFile = job.env[envFileVariable];
  const installedAt = new Date(clock.now()).toISOString();
  return { version: 1, with: name, kind: job.kind, node, bin, envFile, installedAt };
}

function isSameSchedule(a: ScheduleRecord, b: ScheduleRecord): boolean {
  return (['with', 'kind', 'node', 'bin', 'envFile'] as const).every((field) => a[field] === b[field]);
}

function droppedEnvFile(before: string | undefined, now: string | undefined): readonly Remark[] {
  if (before === undefined || before === now) return [];
  const text = `the schedule read ${before} until now and reads ${now ?? '.env in the state folder'} from now on`;
  return [{ text, next: `keyturn schedule install --env-file ${shellWord(before)}` }];
}

function npxCache({ words: [, bin] }: Job): readonly Remark[] {
  if (!bin.includes(join('/', '_npx', '/'))) return [];
  return [{ text: `${bin} is npx's cache, which may be emptied; install keyturn and run this again` }];
}
