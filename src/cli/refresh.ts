import { Option } from 'commander';
import type { AccountEnd } from '../app/renew-one.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { refresh, type RefreshOptions } from '../app/refresh.js';
import { AppError, appError } from '../lib/app-error.js';
import { storeErrors } from '../lib/store-errors.js';
import { requireDuration } from '../lib/duration.js';
import { oneLine } from '../lib/redact.js';
import { commonTexts } from '../messages/cli/common.js';
import { refreshTexts } from '../messages/cli/refresh.js';
import { commandLineTexts } from '../messages/command-line.js';
import { accountLine, progressTexts } from '../messages/progress.js';
import { report, type KeyturnCommand, type SetExitCode } from './command-help.js';
import { paint } from './output/paint.js';
import { printError } from './output/print-error.js';
import { printJson } from './output/print-json.js';
import { requireEnvFile } from './use-env-file.js';

interface RefreshFlags extends Omit<RefreshOptions, 'names' | 'waitLockMs'> {
  readonly waitLock?: string;
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
  readonly scheduled?: boolean;
}

export function registerRefresh(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('refresh')
    .alias('renew')
    .argument('[accounts...]', commonTexts.enabledAccounts[language])
    .description(refreshTexts.about[language])
    .option('-f, --force', refreshTexts.force[language])
    .option('--dry-run', refreshTexts.dryRun[language])
    .option('--run-hooks', refreshTexts.runHooks[language])
    .addOption(
      new Option('--method <method>', commonTexts.method[language])
        .choices(['auto', 'http', 'browser'])
        .default('auto'),
    )
    .option('--headed', refreshTexts.headed[language])
    .option('--trace', commonTexts.trace[language])
    .option('--wait <duration>', commonTexts.handoffWait[language])
    .option('--wait-lock <duration>', commonTexts.waitLock[language])
    .option('--json', commonTexts.json[language])
    .option('-q, --quiet', refreshTexts.quiet[language])
    .addOption(new Option('--scheduled', refreshTexts.scheduled[language]).hideHelp())
    .option('--detailed-exitcode', refreshTexts.detailedExitcode[language])
    .examples([
      'keyturn refresh',
      'keyturn refresh work --dry-run',
      'keyturn refresh --force --method browser work',
      'keyturn refresh --json --detailed-exitcode',
    ])
    .action(async (names: string[], options: RefreshFlags) => {
      if (!options.scheduled) return setExitCode((await run(names, options, context)).exitCode);
      const { recordScheduledRun } = await import('../app/record-scheduled-run.js');
      const work = async () => {
        await requireEnvFile(context);
        return run(names, options, context);
      };
      setExitCode(await recordScheduledRun(homeOf(context), context, work));
    });
}

async function run(names: readonly string[], options: RefreshFlags, context: ProcessContext) {
  const { wait, waitLock, quiet = false } = options;
  // Wrong flags are errors even when nothing is due.
  const waitLockMs = waitLock === undefined ? undefined : requireDuration(waitLock, '--wait-lock', 'keyturn refresh');
  if (wait !== undefined) requireDuration(wait, '--wait', 'keyturn refresh');
  const { ends, off } = await refresh(context, { ...options, names, waitLockMs });
  if (ends.length === 0) {
    const [first] = off;
    if (first === undefined) throw appError(storeErrors.unknownAccount, {});
    report(context, refreshTexts.allOff, `keyturn account enable ${first}`);
  }

  for (const { account, warning } of ends) {
    const line = warning && accountLine(context.language, account, progressTexts.warning(warning));
    if (line !== undefined) context.stderr.write(`${oneLine(line)}\n`);
  }
  const isShown = ({ outcome }: AccountEnd) => outcome !== 'not-due' || !(quiet || options.scheduled);
  const exitCode = exitCodeOf(ends, options.detailedExitcode === true);
  if (options.json) {
    const accounts = ends.map(({ failure: error, warning: _, ...end }) => ({ ...end, exitCode: codeOf(error), error }));
    printJson<'refresh'>(context, { accounts }, exitCode === 0 || exitCode === 10);
  } else printLines(ends.filter(isShown), context);
  return { ends, exitCode };
}

function printLines(ends: readonly AccountEnd[], context: ProcessContext): void {
  const color = paint(context.stdout, context.env);
  for (const end of ends) {
    if (end.failure !== undefined) printError(end.failure, context, end.account);
    else {
      const word = end.outcome === 'renewed' ? color.green('✓') : color.dim('·');
      context.stdout.write(
        `${word} ${color.bold(end.account)}${commandLineTexts.colon[context.language]}${oneLine(end.headline[context.language])}\n`,
      );
    }
  }
}

/** The worst result decides: failed, then usage, then a person, then a held account, then renewed. */
function exitCodeOf(ends: readonly AccountEnd[], isDetailed: boolean): number {
  const codes = ends.map(({ failure }) => codeOf(failure));
  for (const code of [1, 2, 3, 4] as const) if (codes.includes(code)) return code;
  return isDetailed && ends.some((end) => end.outcome === 'renewed') ? 10 : 0;
}

function codeOf(failure: unknown): number {
  if (failure === undefined) return 0;
  return failure instanceof AppError ? failure.exitCode : 1;
}
