import { dueAt, hasWishes, switchedOff, wantedOf } from '../core/delivery-record.js';
import { isDue, isTimeDoubtful, siteTime } from '../core/is-due.js';
import type { KeyFacts } from '../core/key-record.js';
import type { IsoTime } from '../core/outcome.js';
import { AppError, orAppError } from '../lib/app-error.js';
import { durationText } from '../lib/duration.js';
import { timeText } from '../lib/show-time.js';
import { sessionTexts, undeliveredTexts } from '../messages/cli/status.js';
import type { Text } from '../messages/text.js';
import type { AccountConfig } from '../store/accounts.js';
import { readCheckpointFacts } from '../store/checkpoints.js';
import { readDeliveries } from '../store/deliveries.js';
import { accountPaths, type AccountPaths } from '../store/home.js';
import { hasIntent, readKeyFacts } from '../store/key-records.js';
import { readLastRun, type LastRun } from '../store/last-run.js';
import { describeHolder, readLock } from '../store/lock.js';
import { readQuestion } from '../store/questions.js';
import { readSessionCheck } from '../store/session-checks.js';
import { namedAccounts } from './pick-account.js';
import { scheduleHealth } from './schedule-health.js';

export type StatusReport = Awaited<ReturnType<typeof statusReport>>;
/** What `keyturn status` prints for one account, as a table and with `--json`. */
export type AccountStatus = StatusReport['accounts'][number];
type KeyState = 'valid' | 'expired' | 'unknown-expiry' | 'none';

/** Reads the files of this home only: no network, no browser. Rejects for a name that does not exist. */
export async function statusReport(home: string, names: readonly string[], now: number) {
  const { accounts, broken } = await namedAccounts(home, names);
  const { watch, remark: schedule } = await scheduleHealth(home, now);

  const statuses = [];
  const unreadable = broken.map(({ name, error }) => ({ account: name, error }));
  for (const account of accounts) {
    const status = await orAppError(statusOf(home, account, now));
    if (status instanceof AppError) unreadable.push({ account: account.name, error: status });
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
    key: keyState(record, expiresAt, now),
    expiresAt,
    /** How far this machine's clock is ahead of the site's, where a run has measured a difference. */
    clockAheadMs: record.clock?.aheadMs,
    provedAt: record.current?.provedAt,
    /** When a renewal becomes due; undefined when it is due now. */
    dueAt: due.due ? undefined : due.dueAt,
    sessionSavedAt: checkpoint?.savedAt,
    session: checkpoint && (await sessionStatus(paths, checkpoint.savedAt)),
    lastRun: last && lastRunOf(last),
    next: isOpen
      ? `keyturn unblock ${account.name}`
      : (last?.next ?? (record.current ? undefined : `keyturn login ${account.name}`)),
    unsettledRotation: intent,
    waiting: isOpen
      ? { since: question.askedAt, kind: question.kind, state: question.state, detail: question.detail }
      : undefined,
    running: holder && describeHolder(holder, now),
    undelivered: await undeliveredTargets(paths, account, record, now),
    switchedOff: switchedOff(account),
  };
}

/** Whether somebody has to look: the account is on, and its key is missing, dead, undelivered or will not be renewed. */
export function needsCare({ enabled, key, lastRun, waiting, session, undelivered }: AccountStatus): boolean {
  const isGood = key === 'valid' || key === 'unknown-expiry';
  const goesOn = !lastRun?.error && !waiting && session?.check !== 'signed-out';
  return enabled && !(isGood && goesOn && undelivered.length === 0);
}

function lastRunOf({ endedAt: at, outcome, code, message, next }: LastRun) {
  return code === undefined ? { at, outcome, headline: message } : { at, outcome, error: { code, message, next } };
}

function keyState(record: KeyFacts, expiresAt: string | undefined, now: number): KeyState {
  if (!record.current) return 'none';
  if (expiresAt === undefined || isTimeDoubtful(record, now)) return 'unknown-expiry';
  return Date.parse(expiresAt) > siteTime(record, now) ? 'valid' : 'expired';
}

/** The last check of the session, unless the login was saved after it: by a renewal, or by a new sign-in. */
async function sessionStatus(paths: AccountPaths, savedAt: IsoTime) {
  const check = await readSessionCheck(paths);
  const isNewest = check !== undefined && Date.parse(check.at) >= Date.parse(savedAt);
  return isNewest ? { checkedAt: check.at, check: check.outcome } : undefined;
}

/** `session: found alive 6h ago` */
export function sessionLine({ check, checkedAt }: NonNullable<AccountStatus['session']>, now: number): Text {
  const span = durationText(now - Date.parse(checkedAt));
  return check === 'signed-out' ? sessionTexts.signedOut(span) : sessionTexts.alive(span);
}

type UndeliveredTarget = Awaited<ReturnType<typeof undeliveredTargets>>[number];

/** The targets and hooks without the current key, by the delivery record alone. */
async function undeliveredTargets(paths: AccountPaths, account: AccountConfig, { current }: KeyFacts, now: number) {
  const fingerprint = current?.fingerprint;
  if (fingerprint === undefined || !hasWishes(account)) return [];
  const record = await readDeliveries(paths);
  return wantedOf(account).flatMap(({ name, where }) => {
    const state = record.targets[name];
    if (dueAt(state, where, fingerprint, now) === undefined) return [];
    const { failure } = state?.where === where ? state : {};
    const { attempts, since, nextTryAt } = failure ?? {};
    const error = failure && { code: failure.code, message: failure.message };
    return [{ target: name, where, error, attempts, since, nextTryAt }];
  });
}

export function undeliveredNote({ target, where, error, attempts, since, nextTryAt }: UndeliveredTarget): Text {
  if (!error) return undeliveredTexts.notYet(target, where);
  const text = (time: string | undefined) => (time === undefined ? undefined : timeText(time));
  return undeliveredTexts.failed(`${error.message} [${error.code}]`, attempts ?? 0, text(since), text(nextTryAt));
}
