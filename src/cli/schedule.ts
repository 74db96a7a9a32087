import { Option, type Command } from 'commander';
import type { Change, InstalledSchedule, Remark, SchedulePreview, ScheduleOptions } from '../app/install-schedule.js';
import type { ProcessContext } from '../app/process-context.js';
import { examples } from './command-help.js';
import { paint } from './output/paint.js';

export function registerSchedule(program: Command, context: ProcessContext): void {
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
    .action(async (options: ScheduleOptions & { print?: boolean }) => {
      const { installSchedule, previewSchedule } = await import('../app/install-schedule.js');
      if (options.print) {
        printPreview(await previewSchedule(options, context), context);
        return;
      }
      const installed = await installSchedule(options, (changes) => printChanges(changes, context), context);
      await printInstalled(installed, context);
    });
  schedule
    .command('status')
    .description('whether it will fire: the next time as the scheduler says it, and the last run')
    .option('--json', 'as JSON')
    .addHelpText('after', examples(['keyturn schedule status', 'keyturn schedule status --json']))
    .action(async (options: { json?: boolean }) => printStatus(options.json === true, context));
  schedule
    .command('remove')
    .description('take away everything that install wrote')
    .addHelpText('after', examples(['keyturn schedule remove']))
    .action(async () => {
      const { removeSchedule } = await import('../app/remove-schedule.js');
      const changes = await removeSchedule(context);
      printChanges(changes, context);
      if (changes.length === 0) context.stdout.write('no schedule was installed\n');
    });
}

function printPreview({ files, commands, remarks }: SchedulePreview, context: ProcessContext): void {
  for (const { path, text } of files) context.stdout.write(`# --- ${path}\n${text}\n`);
  for (const command of commands) context.stdout.write(`# then: ${command.join(' ')}\n`);
  printRemarks(remarks, context);
}

async function printInstalled(installed: InstalledSchedule, context: ProcessContext): Promise<void> {
  const { describeInspection } = await import('../app/describe-inspection.js');
  const { kind, wasThere, inspection, remarks } = installed;
  const color = paint(context.stdout, context.env);
  const does = kind === 'watch' ? 'keyturn watch stays running' : 'keyturn refresh runs every hour';
  const head = wasThere ? 'already installed: ' : '';
  const mark = inspection.troubles.length === 0 ? color.green('✓') : color.yellow('!');
  context.stdout.write(`${mark} ${head}${does}: ${describeInspection(inspection, context.clock.now())}\n`);
  printRemarks(remarks, context);
}

/** Prints the facts first and then throws KT856 when keys are not renewed without the user. */
async function printStatus(isJson: boolean, context: ProcessContext): Promise<void> {
  const { scheduleStatus } = await import('../app/schedule-status.js');
  const { scheduleJson, scheduleLines } = await import('./output/show-schedule.js');
  const status = await scheduleStatus(context);
  const lines = isJson ? [scheduleJson(status)] : scheduleLines(status, context.clock.now());
  for (const line of lines) context.stdout.write(`${line}\n`);
  if (status.failure) throw status.failure;
  if (!isJson && !status.record) context.stdout.write('no schedule is installed\n');
}

function printChanges(changes: readonly Change[], { stdout }: ProcessContext): void {
  for (const { what, name } of changes) stdout.write(`${what}: ${name}\n`);
}

function printRemarks(remarks: readonly Remark[], { stderr, env }: ProcessContext): void {
  const color = paint(stderr, env);
  for (const { text, next } of remarks) {
    stderr.write(`${color.yellow('!')} ${text}\n`);
    if (next) stderr.write(`    ${color.dim('next:')} ${next}\n`);
  }
}
