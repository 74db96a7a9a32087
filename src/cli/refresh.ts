import { Option, type Command } from 'commander';
import type { AccountEnd } from '../app/one-run.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { refresh } from '../app/refresh.js';
import { AppError, appError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import { unforeseenErrors } from '../errors/unforeseen-errors.js';
import { requireDuration } from '../lib/duration.js';
import { oneLine, printableJson } from '../lib/redact.js';
import { examples, type SetExitCode } from './command-help.js';
import { paint } from './output/paint.js';
import { printError } from './output/print-error.js';
import { requireEnvFile } from './use-env-file.js';

interface RefreshFlags {
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly runHooks?: boolean;
  readonly method: 'auto' | 'http' | 'browser';
  readonly headed?: boolean;
  readonly wait?: string;
  readonly waitLock?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly detailedExitcode?: boolean;
  readonly scheduled?: boolean;
}

export function registerRefresh(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('refresh')
    .alias('renew')
    .argument('[accounts...]', 'default: every account that is switched on')
    .description('renew the keys that are due; a key that is not due costs milliseconds')
    .option('-f, --force', 'renew although it is not due')
    .option('--dry-run', 'go as far as the press that would rotate, on the real page, and say what it would do')
    .option('--run-hooks', 'with --dry-run: run the hooks too, with KEYTURN_DRY_RUN=1')
    .addOption(new Option('--method <method>', 'how to renew').choices(['auto', 'http', 'browser']).default('auto'))
    .option('--headed', 'show the browser; you are there and clear what comes up')
    .option('--wait <duration>', 'how long to wait for you when the site wants a person (setting handoff.wait)')
    .option('--wait-lock <duration>', 'how long to wait for another run of the same account')
    .option('--json', 'the outcome of every account as JSON')
    .option('-q, --quiet', 'no progress, and not a word of keys that are not due')
    .addOption(
      new Option('--scheduled', 'started by the schedule: leaves a record, and no line for what is not due').hideHelp(),
    )
    .option('--detailed-exitcode', 'exit 10 when a key was renewed')
    .addHelpText(
      'after',
      examples([
        'keyturn refresh',
        'keyturn refresh work --dry-run',
        'keyturn refresh --force --method browser work',
        'keyturn refresh --json --detailed-exitcode',
      ]),
    )
    .action(async (names: string[], options: RefreshFlags) => {
      if (!options.scheduled) return setExitCode(await run(names, options, context));
      const { recordScheduledRun } = await import('../app/record-scheduled-run.js');
      const work = async (onEnds: OnEnds) => {
        await requireEnvFile(context);
        return run(names, options, context, onEnds);
      };
      setExitCode(await recordScheduledRun(homeOf(context), context, work));
    });
}

type OnEnds = (ends: readonly AccountEnd[]) => void;

async function run(
  names: readonly string[],
  options: RefreshFlags,
  context: ProcessContext,
  onEnds: OnEnds = () => undefined,
): Promise<number> {
  // Wrong flags are errors even when nothing is due.
  const waitLockMs = options.waitLock === undefined ? undefined : requireDuration(options.waitLock, '--wait-lock');
  if (options.wait !== undefined) requireDuration(options.wait, '--wait');
  const { ends, off } = await refresh(context, {
    names,
    force: options.force === true,
    dryRun: options.dryRun === true,
    runHooks: options.runHooks === true,
    method: options.method,
    headed: options.headed === true,
    wait: options.wait,
    waitLockMs,
    openProgress: async () => {
      const { openProgress } = await import('./output/open-progress.js');
      return openProgress(context, { quiet: options.quiet === true });
    },
  });
  onEnds(ends);
  if (ends.length === 0) {
    const [first] = off;
    if (first === undefined) throw appError(cliErrors.noAccounts, undefined);
    context.stderr.write(`nothing to do: every account is off\nnext: keyturn account enable ${first}\n`);
  }

  if (options.json) printJson(ends, context);
  else
    printLines(
      options.quiet || options.scheduled ? ends.filter(({ outcome }) => outcome !== 'not-due') : ends,
      context,
    );
  return exitCodeOf(ends, options.detailedExitcode === true);
}

function printJson(ends: readonly AccountEnd[], context: ProcessContext): void {
  const shown = ends.map(({ failure, ...end }) => ({
    ...end,
    ...(failure instanceof AppError
      ? {
          code: failure.code,
          message: failure.message,
          state: failure.state,
          next: failure.hint,
          exitCode: failure.exitCode,
        }
      : failure === undefined
        ? { exitCode: 0 }
        : { code: unforeseenErrors.bug.code, exitCode: unforeseenErrors.bug.exitCode }),
  }));
  context.stdout.write(`${printableJson(JSON.stringify(shown, null, 2))}\n`);
}

function printLines(ends: readonly AccountEnd[], context: ProcessContext): void {
  const color = paint(context.stdout, context.env);
  for (const end of ends) {
    if (end.failure !== undefined) printError(end.failure, context, `${end.account}: `);
    else {
      const word = end.outcome === 'renewed' ? color.green('✓') : color.dim('·');
      context.stdout.write(`${word} ${color.bold(end.account)}: ${oneLine(end.headline)}\n`);
    }
  }
}

/** The worst result decides: failed, then usage, then a person, then a held account, then renewed. */
function exitCodeOf(ends: readonly AccountEnd[], isDetailed: boolean): number {
  const codes = ends.map((end) =>
    end.failure === undefined ? 0 : end.failure instanceof AppError ? end.failure.exitCode : 1,
  );
  for (const code of [1, 2, 3, 4] as const) if (codes.includes(code)) return code;
  return isDetailed && ends.some((end) => end.outcome === 'renewed') ? 10 : 0;
}
