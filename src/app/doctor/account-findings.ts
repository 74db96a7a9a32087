import { hostname } from 'node:os';
import { formatDuration } from '../../lib/duration.js';
import { AppError, orAppError } from '../../errors/app-error.js';
import { browserErrors } from '../../errors/browser-errors.js';
import { doctorTexts } from '../../messages/cli/doctor.js';
import { withoutStop as withoutStopIn } from '../../messages/failures.js';
import type { Text } from '../../messages/text.js';
import { shellWord } from '../../messages/shell-word.js';
import { isDue } from '../../core/is-due.js';
import type { KeyRecord } from '../../core/key-record.js';
import type { AccountConfig } from '../../store/accounts.js';
import { readCheckpoint } from '../../store/checkpoints.js';
import { readHistory } from '../../store/history.js';
import { accountPaths, type AccountPaths } from '../../store/home.js';
import { readIntent, readKeyRecord } from '../../store/key-records.js';
import { readLastRun } from '../../store/last-run.js';
import { describeHolder, readLock, type LockHolder } from '../../store/lock.js';
import { readQuestion } from '../../store/questions.js';
import type { Warn } from '../../store/record-file.js';
import type { ProcessContext } from '../process-context.js';
import { showTime } from '../../lib/show-time.js';
import { note, ok, problem, problemOf, warning, withoutStop, type Finding } from './finding.js';

const texts = doctorTexts.found;
/** A run without a person takes much less than this. A longer one is probably stuck. */
const longRunMs = 30 * 60_000;
const nearDeathMs = 24 * 3_600_000;

/** Checks the account's own files, offline. Each file is read separately: a damaged one does not hide the others. */
export async function accountFindings(
  home: string,
  account: AccountConfig,
  context: ProcessContext,
): Promise<Finding[]> {
  const { name } = account;
  if (!account.enabled) {
    return [note('account', 'switched off', { next: `keyturn account enable ${name}` })];
  }
  const { loadSiteProfile } = await import('../../site/load-profile.js');
  await loadSiteProfile(account.site);
  const paths = accountPaths(home, name);
  const now = context.clock.now();
  const findings: Finding[] = [];
  const careful = async <T>(check: string, read: (warn: Warn) => Promise<T>): Promise<T | undefined> => {
    const warn: Warn = (text) => findings.push(warning(check, withoutStop(text), { next: `keyturn refresh ${name}` }));
    const found = await orAppError(read(warn));
    if (!(found instanceof AppError)) return found;
    findings.push(problemOf(check, found));
    return undefined;
  };
  const holder = await careful('lock', async () => {
    const found = await readLock(paths.lock);
    // The doctor's own session check takes the lock for a moment.
    return found?.pid === process.pid && found.host === hostname() ? undefined : found;
  });
  const record = await careful('key', (warn) => readKeyRecord(paths, warn));
  const session = await careful('session', async (warn) => ({ saved: await readCheckpoint(paths, warn) }));
  const intent = await careful('rotation', (warn) => readIntent(paths, warn));
  const question = await careful('question', (warn) => readQuestion(paths, warn));
  const last = await careful('last run', (warn) => readLastRun(paths, warn));

  const hasSession = session?.saved !== undefined;
  if (record) findings.unshift(judgeKey(record, { name, now, hasSession }));
  if (session && !hasSession) {
    findings.push(problem('session', 'there is no saved login', { next: `keyturn login ${name}` }));
  }
  if (holder) findings.push(holderFinding(holder, name, now));
  if (intent && !holder) {
    const { answer, end } = intent;
    const at = showTime(intent.startedAt);
    const isUnseen = !answer && end !== undefined && end.kind !== 'understood';
    const text: string | Text = answer
      ? `one was interrupted at ${at}; its new key is safe on disk, and the next refresh puts it in place`
      : isUnseen
        ? texts.notSeen(at, withoutStopIn(end.detail))
        : `one was interrupted at ${at}, and whether the old key still works is unknown; the next refresh settles it`;
    findings.push(warning('rotation', text, { next: `keyturn refresh ${name}${isUnseen ? ' --force' : ''}` }));
  }
  if (question && question.state !== 'resolved') {
    const { askedAt, snoozedUntil, state, detail } = question;
    const until = snoozedUntil && state === 'snoozed' ? showTime(snoozedUntil) : undefined;
    const text = texts.waits(showTime(askedAt), until, withoutStopIn(detail));
    findings.push(problem('question', text, { code: 'KT603', next: `keyturn unblock ${name}` }));
  } else if (last?.code) {
    const text = texts.failed(last.failuresInARow, showTime(last.endedAt), withoutStopIn(last.message));
    findings.push(warning('last run', text, { code: last.code, next: last.next }));
  }
  findings.push(...(await profileFindings(paths, holder)));
  await careful('history', () => readHistory(paths, 1));
  return findings;
}

export function judgeKey(
  record: KeyRecord,
  { name, now, hasSession }: { readonly name: string; readonly now: number; readonly hasSession: boolean },
): Finding {
  const { current } = record;
  const next = `keyturn ${hasSession ? 'refresh' : 'login'} ${name}`;
  if (!current) return problem('key', 'there is none yet', { code: 'KT153', next });
  const due = isDue(record, now);
  const { expiresAt } = due;
  if (expiresAt === undefined) {
    return due.due
      ? warning('key', 'no expiry is known, and it is due for renewal', { next })
      : ok('key', `no expiry is known; renewed from ${showTime(due.dueAt)} on`);
  }
  const leftMs = Date.parse(expiresAt) - now;
  if (leftMs <= 0) {
    const text = `it died ${formatDuration(leftMs)} ago, at ${showTime(expiresAt)}`;
    return problem('key', text, { code: 'KT154', next });
  }
  const left = `good for ${formatDuration(leftMs)}, until ${showTime(expiresAt)}`;
  if (!due.due) return ok('key', `${left}; renewed from ${showTime(due.dueAt)} on`);
  const lifetimeMs = current.lifetimeMs ?? leftMs;
  if (leftMs < Math.min(nearDeathMs, lifetimeMs / 8)) {
    const text = `it dies in ${formatDuration(leftMs)}, at ${showTime(expiresAt)}, and nothing has renewed it`;
    return problem('key', text, { next });
  }
  return warning('key', `${left}, and due for renewal`, { next });
}

function holderFinding(holder: LockHolder, name: string, now: number): Finding {
  const text = `held by ${describeHolder(holder, now).en}`;
  if (holder.waitingForPersonSince) {
    return warning('lock', text, { code: 'KT221', next: `keyturn unblock ${name}` });
  }
  if (now - Date.parse(holder.startedAt) < longRunMs) return note('lock', text);
  const next = holder.host === hostname() ? `kill ${holder.pid}` : `keyturn status ${name}`;
  return warning('lock', `${text}: no run takes so long by itself`, { code: 'KT220', next });
}

/** While a run holds the account, a browser that uses the profile is expected. At other times it blocks renewals. */
async function profileFindings(paths: AccountPaths, holder: LockHolder | undefined): Promise<Finding[]> {
  const { profileHolder } = await import('../../browser/profile-lock.js');
  const open = await profileHolder(paths.browser);
  if (open.kind === 'nobody') return [];
  const { code } = browserErrors.profileInUse;
  if (open.kind === 'browser') {
    const text = `open in process ${open.pid} (${open.command})`;
    if (holder) return [note('profile', `${text}, the browser of that run`)];
    const why = 'no renewal can drive the page while that browser runs';
    return [problem('profile', `${text}: ${why}`, { code, next: `kill ${open.pid}` })];
  }
  const { lock, isOurs } = open;
  const text = `locked by process ${lock.pid} on "${lock.host}", another machine or container, ${formatDuration(lock.ageMs)} ago`;
  if (isOurs) return [note('profile', `${text}; the next refresh takes that for a leftover and removes it`)];
  const next = `rm ${shellWord(lock.path)}`;
  return [problem('profile', `${text}; remove that only if nothing runs there any more`, { code, next })];
}
