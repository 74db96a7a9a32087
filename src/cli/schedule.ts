import { Option } from 'commander';
import type { Change, InstalledSchedule, Remark, SchedulePreview, ScheduleOptions } from '../app/schedule.js';
import type { ProcessContext } from '../app/process-context.js';
import { commonTexts } from '../messages/cli/common.js';
import { scheduleTexts } from '../messages/cli/schedule.js';
import { scheduleRemarks } from '../messages/schedule-remarks.js';
import { commandLineTexts } from '../messages/command-line.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { confirm } from './confirm.js';
import { paint } from './output/paint.js';
import { printError } from './output/print-error.js';
import { printJson } from './output/print-json.js';

export function registerSchedule(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  const schedule = program
    .command('schedule')
    .description(scheduleTexts.about[language])
    .examples(['keyturn schedule install', 'keyturn schedule status', 'keyturn schedule install --watch']);
  schedule
    .command('install')
    .description(scheduleTexts.install[language])
    .addOption(new Option('--with <scheduler>', scheduleTexts.with[language]).choices(['systemd', 'launchd', 'cron']))
    .option('--watch', scheduleTexts.watch[language])
    .option('--print', scheduleTexts.print[language])
    .examples(['keyturn schedule install', 'keyturn schedule install --with cron --print'])
    .action(async (options: ScheduleOptions & { print?: boolean }) => {
      const { installSchedule, previewSchedule, watchIsBetter } = await import('../app/schedule.js');
      if (options.print) {
        printPreview(await previewSchedule(options, context), context);
        return;
      }
      const isTerminal = context.stdin.isTTY === true && context.stderr.isTTY === true;
      const offersWatch = isTerminal && (await watchIsBetter(options, context))?.asService;
      const watch =
        options.watch ??
        (offersWatch && (await confirm(context, scheduleTexts.watchInstead, 'keyturn schedule install')));
      const installed = await installSchedule({ ...options, watch }, context);
      printChanges(installed.changes, context);
      await printInstalled(installed, context);
    });
  schedule
    .command('status')
    .description(scheduleTexts.status[language])
    .option('--json', commonTexts.json[language])
    .examples(['keyturn schedule status', 'keyturn schedule status --json'])
    .action(async (options: { json?: boolean }) => printStatus(options.json === true, context, setExitCode));
  schedule
    .command('remove')
    .description(scheduleTexts.remove[language])
    .examples(['keyturn schedule remove'])
    .action(async () => {
      const { removeSchedule } = await import('../app/schedule.js');
      const changes = await removeSchedule(context);
      printChanges(changes, context);
      if (changes.length === 0) context.stdout.write(`${scheduleTexts.wasNotInstalled[context.language]}\n`);
    });
}

function printPreview({ files, commands, remarks }: SchedulePreview, context: ProcessContext): void {
  for (const { path, text } of files) context.stdout.write(`# --- ${path}\n${text}\n`);
  for (const command of commands)
    context.stdout.write(`# ${scheduleTexts.then[context.language]} ${command.join(' ')}\n`);
  printRemarks(remarks, context);
}

async function printInstalled(installed: InstalledSchedule, context: ProcessContext): Promise<void> {
  const { describeJob } = await import('../app/schedule.js');
  const { kind, changes, job, isFine, remarks } = installed;
  const color = paint(context.stdout, context.env);
  const colon = commandLineTexts.colon[context.language];
  const does = (kind === 'watch' ? scheduleTexts.watchRuns : scheduleTexts.refreshRuns)[context.language];
  const head = changes.length === 0 ? scheduleTexts.alreadyInstalled[context.language] : '';
  const mark = isFine ? color.green('✓') : color.yellow('!');
  const what = describeJob(job, context.clock.now())[context.language];
  context.stdout.write(`${mark} ${head}${does}${colon}${what}\n`);
  printRemarks(remarks, context);
}

/** Prints the facts first, and then KT856 when keys are not renewed without the user. */
async function printStatus(isJson: boolean, context: ProcessContext, setExitCode: SetExitCode): Promise<void> {
  const { scheduleStatus, whyNotFiring } = await import('../app/schedule.js');
  const { scheduleLines } = await import('./output/show-schedule.js');
  const { stdout, language } = context;
  const status = await scheduleStatus(context);
  const failure = whyNotFiring(status);
  const { job, ...shown } = status;
  if (isJson) printJson<'schedule status'>(context, { ...shown, ...job, error: failure }, !failure);
  else {
    for (const line of scheduleLines(status, context.clock.now(), language)) stdout.write(`${line}\n`);
    if (!status.installed && !failure) stdout.write(`${scheduleRemarks.notInstalled[language]}\n`);
  }
  if (failure) setExitCode(printError(failure, context));
}

function printChanges(changes: readonly Change[], { stdout, language }: ProcessContext): void {
  const colon = commandLineTexts.colon[language];
  for (const { what, name } of changes) stdout.write(`${scheduleTexts.changes[what][language]}${colon}${name}\n`);
}

function printRemarks(remarks: readonly Remark[], { stderr, env, language }: ProcessContext): void {
  const color = paint(stderr, env);
  for (const { text, next } of remarks) {
    stderr.write(`${color.yellow('!')} ${text[language]}\n`);
    if (next) stderr.write(`    ${color.dim(commandLineTexts.next[language])} ${next}\n`);
  }
}
