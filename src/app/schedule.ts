import { existsSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { AppError, appError, orAppError } from '../lib/app-error.js';
import { scheduleErrors } from '../schedule/schedule-errors.js';
import { durationText } from '../lib/duration.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { orUndefined } from '../lib/or-undefined.js';
import { timeText } from '../lib/show-time.js';
import { scheduleTexts } from '../messages/cli/schedule.js';
import { scheduleRemarks as remarks } from '../messages/schedule-remarks.js';
import { shellWord } from '../messages/shell-word.js';
import type { Text } from '../messages/text.js';
import { chooseScheduler } from '../schedule/choose-scheduler.js';
import { cronScheduler } from '../schedule/cron.js';
import { isCronRunning } from '../schedule/cron-daemon.js';
import { leftOut, makeJob, suffixOf, type Job } from '../schedule/job.js';
import { launchdScheduler } from '../schedule/launchd.js';
import type { Change, Inspection, Remark, Scheduler, SchedulerName } from '../schedule/scheduler.js';
import { systemRun } from '../schedule/system-run.js';
import { systemdScheduler } from '../schedule/systemd.js';
import { resolveHome } from '../store/home.js';
import { readScheduleRecord, removeScheduleRecords, writeScheduleRecord } from '../store/schedule-records.js';
import { configList, loadSettings } from '../store/settings.js';
import { feishuSettings } from './feishu-line.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { scheduleHealth } from './schedule-health.js';

export type { Change, Remark } from '../schedule/scheduler.js';

export interface ScheduleOptions {
  /** Default: the scheduler that is installed, else the best of this machine. */
  readonly with?: SchedulerName;
  /** Keeps `keyturn watch` running instead of a refresh every hour. */
  readonly watch?: boolean;
}

export type SchedulePreview = Awaited<ReturnType<typeof previewSchedule>>;
export type InstalledSchedule = Awaited<ReturnType<typeof installSchedule>>;

/** What {@link installSchedule} would write. A scheduler that is named need not be usable on this machine. */
export async function previewSchedule(options: ScheduleOptions, context: ProcessContext) {
  const { job, scheduler, unseen } = await planSchedule(options, context, true);
  return { ...scheduler.render(job), remarks: unseen };
}

/**
 * Sets the schedule up, or brings it up to date.
 * 1. A scheduler is chosen: the named one, the one that is installed, or the best.
 * 2. The scheduler installs the job, and the home records it.
 * 3. The job of a former scheduler is removed.
 * 4. The scheduler reports when it will start the next run.
 */
export async function installSchedule(options: ScheduleOptions, context: ProcessContext) {
  const home = homeOf(context);
  const plan = await planSchedule(options, context, false);
  const { job, record, scheduler, passedOver, unseen } = plan;
  const changes = [...(await scheduler.install(job))];
  const { kind, words } = job;
  const [node, bin] = words;
  const installedAt = new Date(context.clock.now()).toISOString();
  const envFile = job.env[envFileVariable];
  await writeScheduleRecord(home, { version: 1, with: scheduler.name, kind, node, bin, envFile, installedAt });
  if (!record) changes.push({ what: 'written', name: join(home, 'schedule.json') });
  const former = record && record.with !== scheduler.name && plan.schedulers.find(({ name }) => name === record.with);
  if (former) changes.push(...(await former.remove(job.suffix)));
  const inspection = await scheduler.inspect(job, context.clock.now());
  const title = remarks.titles[scheduler.name];
  const why = passedOver.map((text) => ({ text: remarks.wasChosen(title, text) }));
  const better = await watchIsBetter(options, context);
  const next = better?.asService ? 'keyturn schedule install --watch' : 'keyturn watch';
  const hint = better ? [{ text: remarks.hearsOnlyWhileWaiting, next }] : [];
  return {
    kind,
    changes,
    job: shownJob(inspection),
    isFine: inspection.troubles.length === 0,
    remarks: [...why, ...inspection.troubles, ...inspection.notes, ...unseen, ...hint],
  };
}

/**
 * Whether the watch would serve better than an hourly run, because answers come from Feishu. `asService`: a scheduler of
 * this machine can keep it running.
 */
export async function watchIsBetter(options: ScheduleOptions, context: ProcessContext) {
  if (options.watch) return undefined;
  const settings = await loadSettings({ env: context.env, home: homeOf(context) });
  if (!('ready' in feishuSettings(settings, 'en'))) return undefined;
  const plan = await orAppError(planSchedule({ ...options, watch: true }, context, false));
  return { asService: !(plan instanceof AppError) };
}

async function planSchedule(options: ScheduleOptions, context: ProcessContext, isPreview: boolean) {
  const home = homeOf(context);
  const needsService = options.watch === true;
  const made = makeJob({
    kind: needsService ? 'watch' : 'refresh',
    home,
    defaultHome: defaultHomeOf(context),
    userHome: userHomeOf(context.env),
    hostname: hostname(),
    execPath: process.execPath,
    bin: join(context.packageFolder, 'dist', 'bin.js'),
    cwd: context.cwd,
    env: context.env,
  });
  const { handoff } = await loadSettings({ env: made.env, home });
  // The question and the page wait for their person, each as long as the setting says.
  const job: Job = { ...made, limitMinutes: Math.ceil((2 * handoff.waitMs) / 60_000) + 60 };
  const record = await readScheduleRecord(home);
  const schedulers = schedulersOf(context);
  const wish = { wanted: options.with, before: record?.with, needsService, isPreview };
  const choice = await chooseScheduler(schedulers, wish);
  const settings = await unseenSettings(context, home, job);
  /** What the scheduled run will read differently from this shell. */
  const unseen: readonly Remark[] = [...settings, ...droppedEnvFile(record?.envFile, job.env[envFileVariable])];
  return { ...choice, schedulers, job, record, unseen };
}

function droppedEnvFile(before: string | undefined, now: string | undefined): readonly Remark[] {
  if (before === undefined || before === now) return [];
  return [
    { text: remarks.otherEnvFile(before, now), next: `keyturn schedule install --env-file ${shellWord(before)}` },
  ];
}

/** Removes everything that keyturn installed, from every scheduler of this machine. */
export async function removeSchedule(context: ProcessContext): Promise<readonly Change[]> {
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

export type ScheduleStatus = Awaited<ReturnType<typeof scheduleStatus>>;

const install = 'keyturn schedule install';

/** What `keyturn schedule status` prints. */
export async function scheduleStatus(context: ProcessContext) {
  const home = homeOf(context);
  const now = context.clock.now();
  const { record, run, watch, remark } = await scheduleHealth(home, now);
  const scheduler = record && schedulersOf(context).find(({ name }) => name === record.with);
  const job = record && { kind: record.kind, suffix: suffixFor(context, home) };
  const inspection = job && (await scheduler?.inspect(job, now));
  const troubles: Remark[] = [...(inspection?.troubles ?? [])];
  if (record && !scheduler) troubles.push({ text: remarks.noScheduler(record.with), next: install });
  for (const file of scheduler ? [record.node, record.bin] : [])
    if (!existsSync(file)) troubles.push({ text: remarks.isGone(file), next: install });
  if (scheduler && remark) troubles.push(remark);
  const { code, message = '' } = run ?? {};
  return {
    installed: record !== undefined,
    with: record?.with,
    kind: record?.kind,
    willFire: record !== undefined && troubles.length === 0,
    /** Absent when nothing is installed. */
    job: inspection && shownJob(inspection),
    lastRun: run && {
      at: run.lastRunAt,
      outcome: run.outcome,
      exitCode: run.exitCode,
      error: code === undefined ? undefined : { code, message },
    },
    watch,
    /** Why the schedule will not start a run; empty when it will. */
    troubles,
    notes: inspection?.notes ?? [],
  };
}

/** When the scheduler starts the next refresh, in epoch milliseconds; undefined when none is planned. */
export async function nextRefreshAt(context: ProcessContext): Promise<number | undefined> {
  const { kind, willFire, job } = await scheduleStatus(context);
  return kind === 'refresh' && willFire && job?.nextAt !== undefined ? Date.parse(job.nextAt) : undefined;
}

type ShownJob = ReturnType<typeof shownJob>;
function shownJob({ what, isRunning: running, nextAt, nextSaidBy }: Inspection) {
  return { what, running, ...(nextAt !== undefined && { nextAt: new Date(nextAt).toISOString(), nextSaidBy }) };
}

/** KT856; undefined when keys are renewed without the user. */
export function whyNotFiring({ installed, watch, troubles }: ScheduleStatus): AppError | undefined {
  const [first] = troubles;
  if (first) {
    // Troubles explain an overdue run, so they come first. An overdue run's next step is this command: name another.
    const hint = first.next === 'keyturn schedule status' ? install : (first.next ?? install);
    return appError(scheduleErrors.willNotFire, { reasons: troubles.map(({ text }) => text), hint });
  }
  if (installed || watch !== undefined) return undefined;
  return appError(scheduleErrors.willNotFire, { reasons: [remarks.notInstalled], hint: install });
}

/** `the systemd user timer keyturn-refresh.timer, next at 2026-11-25 20:04 (in 12m), as systemd says` */
export function describeJob({ what, running, nextAt, nextSaidBy }: ShownJob, now: number): Text {
  if (nextAt === undefined) return running ? scheduleTexts.jobRuns(what) : what;
  return scheduleTexts.next(what, timeText(nextAt), durationText(Math.max(0, Date.parse(nextAt) - now)), nextSaidBy);
}

/** The schedulers that this system may have, best first. */
function schedulersOf({ env, platform }: ProcessContext): readonly Scheduler[] {
  const run = systemRun(env);
  const uid = process.getuid?.() ?? -1;
  // In a container the user may have no name.
  const user = orUndefined(() => userInfo().username) ?? String(uid);
  const home = userHomeOf(env);
  const cron = () => cronScheduler({ run, user, isCronRunning: () => isCronRunning(platform, run) });
  if (platform === 'win32') return [];
  if (platform === 'darwin')
    return [launchdScheduler({ run, agentFolder: join(home, 'Library', 'LaunchAgents'), uid }), cron()];
  if (platform !== 'linux') return [cron()];
  const { XDG_CONFIG_HOME: config = '' } = env;
  const systemd = systemdScheduler({
    run,
    unitFolder: join(isAbsolute(config) ? config : join(home, '.config'), 'systemd', 'user'),
    user,
    uid,
    env,
  });
  return [systemd, cron()];
}

const suffixFor = (context: ProcessContext, home: string) => suffixOf(home, defaultHomeOf(context));

/** What the scheduled run will not have from this shell: settings from variables, and proxies with a password. */
async function unseenSettings(context: ProcessContext, home: string, job: Job): Promise<readonly Remark[]> {
  const here = await configList({ env: context.env, home });
  const there = await configList({ env: job.env, home });
  const settings = here
    .filter(({ value }, index) => JSON.stringify(value) !== JSON.stringify(there[index]?.value))
    .map(({ key, source }) => {
      const text = remarks.onlyHere(key, 'name' in source ? source.name : undefined);
      return { text, next: `keyturn config set ${key}` };
    });
  const left = leftOut(context.env).map(({ name, why }) => ({
    text: remarks.leftOut[why](name),
    next: why === 'password' ? 'keyturn account set ACCOUNT --proxy -' : undefined,
  }));
  const [, bin] = job.words;
  const isTemporary = [tmpdir(), '/tmp', '/var/tmp'].some((folder) => bin.startsWith(join(folder, '/')));
  return [...settings, ...left, ...(isTemporary ? [{ text: remarks.temporary(bin) }] : [])];
}

const defaultHomeOf = ({ env, platform }: ProcessContext) => resolveHome({ HOME: userHomeOf(env) }, platform);

const userHomeOf = (env: NodeJS.ProcessEnv) => env['HOME'] || homedir();
