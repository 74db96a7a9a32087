import { Option, type Command } from 'commander';
import { requireDuration } from '../lib/duration.js';
import { AppError } from '../errors/app-error.js';
import { appError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import { unforeseenErrors } from '../errors/unforeseen-errors.js';
import { isDue } from '../core/is-due.js';
import type { KeyFacts } from '../core/key-record.js';
import { notDueText } from '../core/not-due-text.js';
import { listAccounts, readAccount, type AccountConfig, type BrokenAccount } from '../store/accounts.js';
import { accountPaths, type AccountPaths } from '../store/home.js';
import { hasIntent, readKeyFacts } from '../store/key-records.js';
import { oneLine, printableJson } from '../lib/redact.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { paint } from './output/paint.js';
import { lookAtSession, sessionEndedEnd } from '../app/session-look.js';
import { printError } from './output/print-error.js';
import { examples, type SetExitCode } from './command-help.js';
import type { AccountEnd } from '../app/renew-one.js';
import { showTime } from '../lib/show-time.js';
import { requireEnvFile } from './use-env-file.js';

interface RefreshOptions {
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
    .action(async (names: string[], options: RefreshOptions) => {
      if (!options.scheduled) return setExitCode(await refresh(names, options, context));
      const { recordScheduledRun } = await import('../app/record-scheduled-run.js');
      const work = async (onEnds: OnEnds) => {
        await requireEnvFile(context);
        return refresh(names, options, context, onEnds);
      };
      setExitCode(await recordScheduledRun(homeOf(context), context, work));
    });
}

type OnEnds = (ends: readonly AccountEnd[]) => void;

async function refresh(
  names: readonly string[],
  options: RefreshOptions,
  context: ProcessContext,
  onEnds: OnEnds = () => undefined,
): Promise<number> {
  const home = homeOf(context);
  // Wrong flags are told even when nothing is due.
  const waitLockMs = options.waitLock === undefined ? undefined : requireDuration(options.waitLock, '--wait-lock');
  if (options.wait !== undefined) requireDuration(options.wait, '--wait');

  const { accounts, broken, off } = await chosenAccounts(home, names);
  if (accounts.length + broken.length === 0) {
    if (off.length === 0) throw appError(cliErrors.noAccounts, undefined);
    context.stderr.write(`nothing to do: every account is off\nnext: keyturn account enable ${off[0]}\n`);
  }

  const ends: AccountEnd[] = broken.map(({ name, error }) => ({
    account: name,
    outcome: 'failed',
    headline: error.message,
    failure: error,
  }));
  const due: AccountConfig[] = [];
  const resting: Resting[] = [];
  const stale: Resting[] = [];
  for (const account of accounts) {
    const quick =
      options.force || options.dryRun || options.headed ? undefined : await quickLook(home, account, context);
    if (!quick) due.push(account);
    else if (quick.outcome === 'not-due') resting.push({ account, end: quick });
    else ends.push(quick);
  }
  for (const { account, end } of resting) {
    const look = await lookAtSession(home, account, context.clock.now());
    if (look.kind === 'look') stale.push({ account, end });
    else if (look.kind === 'rests') ends.push(end);
    else {
      const { detail } = look;
      ends.push(sessionEndedEnd(account.name, { site: account.site, detail, expiresAt: end.expiresAt }));
    }
  }
  if (due.length + stale.length > 0) ends.push(...(await renewDue(home, due, stale, options, waitLockMs, context)));
  context.signal.throwIfAborted();
  onEnds(ends);
  ends.sort((a, b) => a.account.localeCompare(b.account));

  if (options.json) printJson(ends, context);
  else
    printLines(
      options.quiet || options.scheduled ? ends.filter(({ outcome }) => outcome !== 'not-due') : ends,
      context,
    );
  return exitCodeOf(ends, options.detailedExitcode === true);
}

async function chosenAccounts(
  home: string,
  names: readonly string[],
): Promise<{ accounts: AccountConfig[]; broken: BrokenAccount[]; off: string[] }> {
  if (names.length === 0) {
    const { accounts, broken } = await listAccounts(home);
    const off = accounts.filter((account) => !account.enabled).map(({ name }) => name);
    return { accounts: accounts.filter((account) => account.enabled), broken: [...broken], off };
  }
  const accounts: AccountConfig[] = [];
  for (const name of new Set(names)) accounts.push(await readAccount(home, name));
  return { accounts, broken: [], off: [] };
}

/** The milliseconds' path: the key record and nothing else. Undefined when there is something to do. */
async function quickLook(
  home: string,
  account: AccountConfig,
  context: ProcessContext,
): Promise<AccountEnd | undefined> {
  const paths = accountPaths(home, account.name);
  try {
    const facts = await readKeyFacts(paths);
    const decision = isDue(facts, context.clock.now());
    if (decision.due || (await hasIntent(paths)) || (await isDeliveryDue(account, paths, facts, context.clock.now())))
      return undefined;
    const headline = notDueText(decision, showTime);
    return { account: account.name, outcome: 'not-due', headline, expiresAt: decision.expiresAt };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { account: account.name, outcome: 'failed', headline: error.message, failure: error };
  }
}

/** An account whose key is not due, and the line that says so. */
interface Resting {
  readonly account: AccountConfig;
  readonly end: AccountEnd;
}

/** One more small file, for accounts that deliver their key. */
async function isDeliveryDue(
  account: AccountConfig,
  paths: AccountPaths,
  facts: KeyFacts,
  now: number,
): Promise<boolean> {
  if (!account.targets?.length && !account.hooks?.renewed) return false;
  const { deliveryTime } = await import('../app/undelivered.js');
  const at = await deliveryTime(account, paths, facts, now);
  return at !== undefined && at <= now;
}

async function renewDue(
  home: string,
  due: readonly AccountConfig[],
  stale: readonly Resting[],
  options: RefreshOptions,
  waitLockMs: number | undefined,
  context: ProcessContext,
): Promise<AccountEnd[]> {
  const { openRunContext } = await import('../app/container.js');
  const { renewOne } = await import('../app/renew-one.js');
  const { keepAlive } = await import('../app/keep-alive.js');
  const { openProgress } = await import('./output/progress.js');
  const { default: pLimit } = await import('p-limit');
  const flags =
    options.wait === undefined ? [] : [{ key: 'handoff.wait' as const, flag: '--wait', text: options.wait }];
  const progress = await openProgress(context, { quiet: options.quiet === true });
  const run = await openRunContext(context, { home, flags, say: (line) => progress.say(line) });
  // A headed run wants its person's eyes, one window after the other.
  const limit = pLimit(options.headed ? 1 : 8);
  const how = {
    command: 'keyturn refresh',
    force: options.force === true,
    dryRun: options.dryRun === true,
    runHooks: options.runHooks === true,
    method: options.method,
    headed: options.headed === true,
    waitMs: run.settings.handoff.waitMs,
    personIsHere: options.headed === true,
    waitLockMs,
  };
  try {
    return await Promise.all([
      ...due.map((account) => limit(() => renewOne(run, account, how, progress))),
      ...stale.map(({ account, end }) => limit(async () => (await keepAlive(run, account, how, progress)) ?? end)),
    ]);
  } finally {
    progress.close();
    await run.close();
  }
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

/** The worst end decides: failed, then usage, then a person, then a held account, then renewed. */
function exitCodeOf(ends: readonly AccountEnd[], isDetailed: boolean): number {
  const codes = ends.map((end) =>
    end.failure === undefined ? 0 : end.failure instanceof AppError ? end.failure.exitCode : 1,
  );
  for (const code of [1, 2, 3, 4] as const) if (codes.includes(code)) return code;
  return isDetailed && ends.some((end) => end.outcome === 'renewed') ? 10 : 0;
}
