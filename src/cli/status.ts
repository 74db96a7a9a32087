import type { Command } from 'commander';
import { formatDuration } from '../lib/duration.js';
import { AppError } from '../errors/app-error.js';
import { isDue } from '../core/is-due.js';
import { listAccounts, type AccountConfig } from '../store/accounts.js';
import { readCheckpointFacts } from '../store/checkpoints.js';
import { accountPaths } from '../store/home.js';
import { hasIntent, readKeyFacts } from '../store/key-records.js';
import { readLastRun } from '../store/last-run.js';
import { describeHolder, readLock } from '../store/lock.js';
import { readQuestion } from '../store/questions.js';
import { oneLine, printable, printableJson, redactText } from '../lib/redact.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { paint } from './output/paint.js';
import { sessionLine, sessionStatus, type SessionStatus } from '../app/session-status.js';
import { printError } from './output/print-error.js';
import { examples, type SetExitCode } from './command-help.js';
import { showTime } from '../lib/show-time.js';
import { undeliveredNote, undeliveredTargets, type UndeliveredTarget } from '../app/undelivered.js';

/** One account's line; the same facts for people and for `--json`. */
interface AccountStatus {
  readonly account: string;
  readonly site: string;
  readonly enabled: boolean;
  readonly key: 'valid' | 'expired' | 'unknown-expiry' | 'none';
  readonly expiresAt?: string;
  readonly provedAt?: string;
  /** When the next refresh will renew; absent when it already would. */
  readonly dueAt?: string;
  readonly sessionSavedAt?: string;
  /** Absent when nobody has signed in yet. */
  readonly session?: SessionStatus;
  readonly lastRunAt?: string;
  readonly lastOutcome?: string;
  readonly lastCode?: string;
  readonly lastMessage?: string;
  readonly next?: string;
  readonly unsettledRotation: boolean;
  readonly waiting?: { readonly since: string; readonly kind: string; readonly state: string; readonly detail: string };
  readonly running?: string;
  /** Targets and hooks that have not got the current key. */
  readonly undelivered: readonly UndeliveredTarget[];
  /** The `keyturn watch` that looks after it, if one runs. */
  readonly watch?: string;
  /** Why the installed schedule does not run, if it does not. */
  readonly schedule?: string;
}

export function registerStatus(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('status')
    .argument('[accounts...]', 'default: all')
    .description('every account: key expiry, session, last result, what is waiting, next renewal')
    .option('--json', 'as JSON')
    .addHelpText('after', examples(['keyturn status', "keyturn status --json | jq '.[].expiresAt'"]))
    .action(async (names: string[], options: { json?: boolean }) => {
      const home = homeOf(context);
      const { accounts, broken } = await listAccounts(home);
      const { readAccount } = await import('../store/accounts.js');
      for (const name of names)
        if (![...accounts, ...broken].some((each) => each.name === name)) await readAccount(home, name);
      const { watchHolder } = await import('../app/watch/watch-lock.js');
      const watcher = await watchHolder(home);
      const watch = watcher && describeHolder(watcher, context.clock.now());
      const { scheduleHealth } = await import('../app/schedule-health.js');
      const { remark } = await scheduleHealth(home, context.clock.now(), watch !== undefined);
      const isWanted = (each: { name: string }) => names.length === 0 || names.includes(each.name);

      const lines: AccountStatus[] = [];
      const troubles: { name: string; error: AppError }[] = broken.filter(isWanted);
      for (const account of accounts.filter(isWanted)) {
        try {
          lines.push({ ...(await statusOf(home, account, context)), watch, schedule: remark?.text });
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          troubles.push({ name: account.name, error });
        }
      }
      if (options.json) context.stdout.write(`${printableJson(JSON.stringify(lines, null, 2))}\n`);
      else await printTable(lines, watch, context);
      if (remark && !options.json) context.stdout.write(`  ${remark.text}\n  next: ${remark.next ?? ''}\n`);
      for (const { name, error } of troubles) setExitCode(printError(error, context, `${name}: `));
    });
}

async function statusOf(home: string, account: AccountConfig, context: ProcessContext): Promise<AccountStatus> {
  const paths = accountPaths(home, account.name);
  const record = await readKeyFacts(paths);
  const [checkpoint, last, question, holder, intent] = await Promise.all([
    readCheckpointFacts(paths),
    readLastRun(paths),
    readQuestion(paths),
    readLock(paths.lock),
    hasIntent(paths),
  ]);
  const now = context.clock.now();
  const due = isDue(record, now);
  const { expiresAt } = due;
  const isOpen = question !== undefined && question.state !== 'resolved';
  return {
    account: account.name,
    site: account.site,
    enabled: account.enabled,
    key: !record.current
      ? 'none'
      : expiresAt === undefined
        ? 'unknown-expiry'
        : Date.parse(expiresAt) > now
          ? 'valid'
          : 'expired',
    expiresAt,
    provedAt: record.current?.provedAt,
    dueAt: due.due ? undefined : due.dueAt,
    sessionSavedAt: checkpoint?.savedAt,
    session: checkpoint && (await sessionStatus(paths, checkpoint.savedAt, now)),
    lastRunAt: last?.endedAt,
    lastOutcome: last?.outcome,
    lastCode: last?.code,
    lastMessage: last?.message,
    next: isOpen
      ? `keyturn unblock ${account.name}`
      : (last?.next ?? (record.current ? undefined : `keyturn login ${account.name}`)),
    unsettledRotation: intent,
    waiting: isOpen
      ? { since: question.askedAt, kind: question.kind, state: question.state, detail: question.detail }
      : undefined,
    running: holder ? describeHolder(holder, now) : undefined,
    undelivered: await undeliveredTargets(paths, account, record, now),
  };
}

async function printTable(
  lines: readonly AccountStatus[],
  watch: string | undefined,
  context: ProcessContext,
): Promise<void> {
  if (lines.length === 0) {
    context.stderr.write('there is no account yet\nnext: keyturn account add NAME\n');
    return;
  }
  const { table } = await import('./output/table.js');
  const color = paint(context.stdout, context.env);
  const now = context.clock.now();
  const ago = (time: string | undefined) =>
    time === undefined ? '-' : `${formatDuration(now - Date.parse(time))} ago`;
  const rows = lines.map((line) => [
    color.bold(line.account),
    keyCell(line, now, color),
    !line.enabled
      ? color.dim('switched off')
      : line.dueAt === undefined
        ? color.yellow('due now')
        : showTime(line.dueAt),
    line.sessionSavedAt === undefined ? color.dim('none') : `saved ${ago(line.sessionSavedAt)}`,
    line.lastOutcome === undefined
      ? '-'
      : `${line.lastCode ? color.red(line.lastOutcome) : line.lastOutcome} ${ago(line.lastRunAt)}`,
    line.running
      ? color.yellow('running now')
      : line.waiting
        ? color.yellow(`waiting for you: ${line.waiting.kind}`)
        : '-',
  ]);
  context.stdout.write(`${table([['ACCOUNT', 'KEY', 'NEXT RENEWAL', 'SESSION', 'LAST RUN', 'WAITING'], ...rows])}\n`);
  const said = (text: string) => oneLine(redactText(text));
  for (const line of lines) {
    const notes = [
      line.running && `running: ${line.running}`,
      line.waiting && `waiting since ${showTime(line.waiting.since)}: ${said(line.waiting.detail)}`,
      line.session && sessionLine(line.session, now),
      line.unsettledRotation && 'a rotation is unsettled: the next refresh reads the console',
      line.lastCode && !line.waiting && `${said(line.lastMessage ?? '')} [${line.lastCode}]`,
      ...line.undelivered.map((each) => said(undeliveredNote(each))),
      line.undelivered.length > 0 && `next: keyturn deliver ${line.account}`,
      line.next && `next: ${line.next}`,
    ].filter((note): note is string => typeof note === 'string');
    for (const note of notes) context.stdout.write(`  ${line.account}: ${printable(note)}\n`);
  }
  if (watch !== undefined) context.stdout.write(`  watched over by ${watch}\n`);
}

function keyCell(line: AccountStatus, now: number, color: ReturnType<typeof paint>): string {
  if (line.key === 'none') return color.red('none');
  if (line.expiresAt === undefined)
    return line.dueAt === undefined ? color.yellow('expiry unknown') : color.green('no expiry known');
  const left = Date.parse(line.expiresAt) - now;
  if (left <= 0) return color.red(`expired ${formatDuration(left)} ago`);
  const text = `${showTime(line.expiresAt)} (${formatDuration(left)} left)`;
  return line.dueAt === undefined ? color.yellow(text) : color.green(text);
}
