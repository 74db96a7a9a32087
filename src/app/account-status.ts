import { AppError, orAppError } from '../errors/app-error.js';
import { isDue } from '../core/is-due.js';
import type { AccountConfig } from '../store/accounts.js';
import { readCheckpointFacts } from '../store/checkpoints.js';
import { accountPaths } from '../store/home.js';
import { hasIntent, readKeyFacts } from '../store/key-records.js';
import { readLastRun, type LastRun } from '../store/last-run.js';
import { describeHolder, readLock } from '../store/lock.js';
import { readQuestion } from '../store/questions.js';
import { namedAccounts } from './pick-account.js';
import { sessionStatus } from './session-status.js';
import { undeliveredTargets } from './undelivered.js';

export type StatusReport = Awaited<ReturnType<typeof statusReport>>;
/** What `keyturn status` prints for one account, as a table and with `--json`. */
export type AccountStatus = StatusReport['accounts'][number];
type KeyState = 'valid' | 'expired' | 'unknown-expiry' | 'none';

/** Reads the files of this home only: no network, no browser. Rejects for a name that does not exist. */
export async function statusReport(home: string, names: readonly string[], now: number) {
  const { accounts, broken } = await namedAccounts(home, names);
  const { scheduleHealth } = await import('./schedule-health.js');
  const { watch, remark: schedule } = await scheduleHealth(home, now);

  const statuses = [];
  const unreadable = [...broken];
  for (const account of accounts) {
    const status = await orAppError(statusOf(home, account, now));
    if (status instanceof AppError) unreadable.push({ name: account.name, error: status });
    else statuses.push(status);
  }
  return { accounts: statuses, unreadable, watch, schedule };
}

async function statusOf(home: string, account: AccountConfig, now: number) {
  const paths = accountPaths(home, account.name);
  const record = await readKeyFacts(paths);
  const [checkpoint, last, question, holder, intent] = await Promise.all([
    readCheckpointFacts(paths),
    readLastRun(paths),
    readQuestion(paths),
    readLock(paths.lock),
    hasIntent(paths),
  ]);
  const due = isDue(record, now);
  const { expiresAt } = due;
  const isOpen = question !== undefined && question.state !== 'resolved';
  return {
    account: account.name,
    site: account.site,
    enabled: account.enabled,
    key: keyState(record.current !== undefined, expiresAt, now),
    expiresAt,
    provedAt: record.current?.provedAt,
    /** When a renewal becomes due; undefined when it is due now. */
    dueAt: due.due ? undefined : due.dueAt,
    sessionSavedAt: checkpoint?.savedAt,
    /** Undefined before the first sign-in. */
    session: checkpoint && (await sessionStatus(paths, checkpoint.savedAt, now)),
    lastRun: last && lastRunOf(last),
    next: isOpen
      ? `keyturn unblock ${account.name}`
      : (last?.next ?? (record.current ? undefined : `keyturn login ${account.name}`)),
    unsettledRotation: intent,
    waiting: isOpen
      ? { since: question.askedAt, kind: question.kind, state: question.state, detail: question.detail }
      : undefined,
    running: holder ? describeHolder(holder, now).en : undefined,
    undelivered: await undeliveredTargets(paths, account, record, now),
  };
}

function lastRunOf({ endedAt: at, outcome, code, message, next }: LastRun) {
  return code === undefined ? { at, outcome, headline: message } : { at, outcome, error: { code, message, next } };
}

function keyState(hasKey: boolean, expiresAt: string | undefined, now: number): KeyState {
  if (!hasKey) return 'none';
  if (expiresAt === undefined) return 'unknown-expiry';
  return Date.parse(expiresAt) > now ? 'valid' : 'expired';
}
