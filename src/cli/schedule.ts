import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { AppError, appError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import { shellWord } from '../errors/shell-word.js';
import { chooseScheduler } from '../schedule/choose-scheduler.js';
import type { Job } from '../schedule/job.js';
import type { Change, Remark, Scheduler, SchedulerName } from '../schedule/scheduler.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { readScheduleRecord, removeScheduleRecords, writeScheduleRecord } from '../store/schedule-records.js';
import { examples, type SetExitCode } from './command-help.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { describeInspection } from '../app/describe-inspection.js';
import { paint } from './output/paint.js';

interface InstallOptions {
  readonly with?: SchedulerName;
  readonly watch?: boolean;
  readonly print?: boolean;
}

export function registerSchedule(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  const schedule = program
    .command('schedule')
    .description('let the machine renew by itself: a systemd user timer, launchd or cron, every hour')
    .addHelpText(
      'after',
      examples(['keyturn schedule install', 'keyturn schedule status', 'keyturn schedule install --watch']),
    );
  schedule
    .command('install')
    .description('set it up, or bring it up to date; safe to run again')
    .addOption(
      new Option('--with <scheduler>', 'default: the best that this machine has').choices([
        'systemd',
        'launchd',
        'cron',
      ]),
    )
    .option('--watch', 'keep `keyturn watch` running instead of a refresh every hour')
    .option('--print', 'print what would be written, and change nothing')
    .addHelpText('after', examples(['keyturn schedule install', 'keyturn schedule install --with cron --print']))
    .action(async (options: InstallOptions) => install(options, context));
  schedule
    .command('status')
    .description('whether it will fire: the next time as the scheduler says it, and the last run')
    .option('--json', 'as JSON')
    .addHelpText('after', examples(['keyturn schedule status', 'keyturn schedule status --json']))
    .action(async (options: { json?: boolean }) => {
      const { printScheduleStatus } = await import('../app/schedule-status.js');
      setExitCode(await printScheduleStatus(context, options.json === true));
    });
  schedule
    .command('remove')
    .description('take away everything that install wrote')
    .addHelpText('after', examples(['keyturn schedule remove']))
    .action(async () => remove(context));
}

async function install(options: InstallOptions, context: ProcessContext): Promise<void> {
  const { jobOf, schedulersOf, unseenSettings } = await import('../app/scheduler-for-home.js');
  const home = homeOf(context);
  const job = jobOf(context, home, options.watch ? 'watch' : 'refresh');
  const record = await readScheduleRecord(home);
  const schedulers = schedulersOf(context);
  const printed = options.print ? schedulers.find(({ name }) => name === options.with) : undefined;
  if (printed?.hasServices === false && options.watch)
    throw appError(scheduleErrors.noService, { scheduler: printed.name });
  const wish = { wanted: options.with, before: record?.with, needsService: options.watch === true };
  // Printing changes nothing, so what is named need not be usable here.
  const { scheduler, passedOver } = printed
    ? { scheduler: printed, passedOver: [] }
    : await chooseScheduler(schedulers, wish);
  const envFile = job.env[envFileVariable];
  const unseen = [...(await unseenSettings(context, home, job)), ...droppedEnvFile(record?.envFile, envFile)];
  if (options.print) {
    print(scheduler, job, context);
    remark(unseen, context);
    return;
  }

  const changes = [...(await scheduler.install(job))];
  const isSame =
    record?.with === scheduler.name &&
    record.kind === job.kind &&
    record.node === job.words[0] &&
    record.bin === job.words[1] &&
    record.envFile === envFile;
  if (changes.length > 0 || !isSame) {
    await writeScheduleRecord(home, {
      version: 1,
      with: scheduler.name,
      kind: job.kind,
      node: job.words[0],
      bin: job.words[1],
      envFile,
      installedAt: new Date(context.clock.now()).toISOString(),
    });
    changes.push({ what: record ? 'updated' : 'written', name: join(home, 'schedule.json') });
  }
  const former = record && record.with !== scheduler.name && schedulers.find(({ name }) => name === record.with);
  if (former) changes.push(...(await former.remove(job.suffix)));

  tell(changes, context);
  const inspection = await scheduler.inspect(job, context.clock.now());
  const color = paint(context.stdout, context.env);
  const does = job.kind === 'watch' ? 'keyturn watch stays running' : 'keyturn refresh runs every hour';
  const head = changes.length === 0 ? 'already installed: ' : '';
  const mark = inspection.troubles.length === 0 ? color.green('✓') : color.yellow('!');
  context.stdout.write(`${mark} ${head}${does}: ${describeInspection(inspection, context.clock.now())}\n`);
  const why = passedOver.map((text) => ({ text: `a ${scheduler.title} was chosen: ${text}` }));
  const launcher = job.words[1].includes(join('/', '_npx', '/'))
    ? [{ text: `${job.words[1]} is npx's cache, which may be emptied; install keyturn and run this again` }]
    : [];
  remark([...why, ...inspection.troubles, ...inspection.notes, ...launcher, ...unseen], context);
}

function droppedEnvFile(before: string | undefined, now: string | undefined): readonly Remark[] {
  if (before === undefined || before === now) return [];
  const text = `the schedule read ${before} until now and reads ${now ?? '.env in the state folder'} from now on`;
  return [{ text, next: `keyturn schedule install --env-file ${shellWord(before)}` }];
}

async function remove(context: ProcessContext): Promise<void> {
  const { schedulersOf, suffixFor } = await import('../app/scheduler-for-home.js');
  const home = homeOf(context);
  const record = await readScheduleRecord(home);
  const changes: Change[] = [];
  for (const scheduler of schedulersOf(context)) {
    try {
      changes.push(...(await scheduler.remove(suffixFor(context, home))));
    } catch (error) {
      // Where keyturn never put anything, a scheduler that refuses is no news.
      if (!(error instanceof AppError) || record?.with === scheduler.name) throw error;
      if (error.code === scheduleErrors.foreign.code) throw error;
    }
  }
  for (const name of await removeScheduleRecords(home)) changes.push({ what: 'removed', name });
  tell(changes, context);
  if (changes.length === 0) context.stdout.write('no schedule was installed\n');
}

function print(scheduler: Scheduler, job: Job, context: ProcessContext): void {
  const { files, commands } = scheduler.render(job);
  for (const { path, text } of files) context.stdout.write(`# --- ${path}\n${text}\n`);
  for (const command of commands) context.stdout.write(`# then: ${command.join(' ')}\n`);
}

function tell(changes: readonly Change[], context: ProcessContext): void {
  for (const { what, name } of changes) context.stdout.write(`${what}: ${name}\n`);
}

function remark(remarks: readonly Remark[], context: ProcessContext): void {
  const color = paint(context.stderr, context.env);
  for (const { text, next } of remarks) {
    context.stderr.write(`${color.yellow('!')} ${text}\n`);
    if (next) context.stderr.write(`    ${color.dim('next:')} ${next}\n`);
  }
}
