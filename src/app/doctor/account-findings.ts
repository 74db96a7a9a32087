import { hostname } from 'node:os';
import { formatDuration } from '../../lib/duration.js';
import { AppError } from '../../errors/app-error.js';
import { browserErrors } from '../../errors/browser-errors.js';
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
import { problemOf, type Finding } from './finding.js';

/** A run without a person takes much less than this. A longer one is probably stuck. */
const longRunMs = 30 * 60_000;
const nearDeathMs = 24 * 3_600_000;

/**
 * Checks the account's own files, without any network access. Each file is read separately, so that a damaged one
 * does not hide the others.
 */
export async function accountFindings(
  home: string,
  account: AccountConfig,
  context: ProcessContext,
): Promise<Finding[]> {
  const { name } = account;
  if (!account.enabled) {
    return [{ level: 'note', check: 'account', text: 'switched off', next: `keyturn account enable ${name}` }];
  }
  const { loadSiteProfile } = await import('../../site/load-profile.js');
  await loadSiteProfile(account.site);
  const paths = accountPaths(home, name);
  const now = context.clock.now();
  const findings: Finding[] = [];
  const careful = async <T>(check: string, read: (warn: Warn) => Promise<T>): Promise<T | undefined> => {
    const warn: Warn = (text) =>
      findings.push({ level: 'warning', check, text: text.replace(/\.$/, ''), next: `keyturn refresh ${name}` });
    try {
      return await read(warn);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      findings.push(problemOf(check, error));
      return undefined;
    }
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
    findings.push({
      level: 'problem',
      check: 'session',
      text: 'there is no saved login',
      next: `keyturn login ${name}`,
    });
  }
  if (holder) findings.push(holderFinding(holder, name, now));
  if (intent && !holder) {
    const isUnseen = intent.end !== undefined && intent.end.kind !== 'understood';
    const text = intent.answer
      ? `one was interrupted at ${showTime(intent.startedAt)}; its new key is safe on disk, and the next refresh puts it in place`
      : isUnseen
        ? `no new key was seen after the press at ${showTime(intent.startedAt)}: ${intent.end?.detail.replace(/\.$/, '')}`
        : `one was interrupted at ${showTime(intent.startedAt)}, and whether the old key still works is unknown; the next refresh settles it`;
    const next = `keyturn refresh ${name}${isUnseen && !intent.answer ? ' --force' : ''}`;
    findings.push({ level: 'warning', check: 'rotation', text, next });
  }
  if (question && question.state !== 'resolved') {
    const since = showTime(question.askedAt);
    const when =
      question.snoozedUntil && question.state === 'snoozed' ? `, put off until ${showTime(question.snoozedUntil)}` : '';
    const text = `it has been waiting for you since ${since}${when}: ${question.detail.replace(/\.$/, '')}`;
    findings.push({ level: 'problem', check: 'question', text, code: 'KT603', next: `keyturn unblock ${name}` });
  } else if (last?.code) {
    const many = last.failuresInARow > 1 ? `the last ${last.failuresInARow} runs failed, at last` : 'it failed';
    const text = `${many} at ${showTime(last.endedAt)}: ${last.message.replace(/\.$/, '')}`;
    findings.push({ level: 'warning', check: 'last run', text, code: last.code, next: last.next });
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
  if (!current) return { level: 'problem', check: 'key', text: 'there is none yet', code: 'KT153', next };
  const due = isDue(record, now);
  const { expiresAt } = due;
  if (expiresAt === undefined) {
    return due.due
      ? { level: 'warning', check: 'key', text: 'no expiry is known, and it is due for renewal', next }
      : { level: 'ok', check: 'key', text: `no expiry is known; renewed from ${showTime(due.dueAt)} on` };
  }
  const leftMs = Date.parse(expiresAt) - now;
  if (leftMs <= 0) {
    const text = `it died ${formatDuration(leftMs)} ago, at ${showTime(expiresAt)}`;
    return { level: 'problem', check: 'key', text, code: 'KT154', next };
  }
  const left = `good for ${formatDuration(leftMs)}, until ${showTime(expiresAt)}`;
  if (!due.due) return { level: 'ok', check: 'key', text: `${left}; renewed from ${showTime(due.dueAt)} on` };
  const lifetimeMs = current.lifetimeMs ?? leftMs;
  if (leftMs < Math.min(nearDeathMs, lifetimeMs / 8)) {
    return {
      level: 'problem',
      check: 'key',
      text: `it dies in ${formatDuration(leftMs)}, at ${showTime(expiresAt)}, and nothing has renewed it`,
      next,
    };
  }
  return { level: 'warning', check: 'key', text: `${left}, and due for renewal`, next };
}

function holderFinding(holder: LockHolder, name: string, now: number): Finding {
  const text = `held by ${describeHolder(holder, now)}`;
  if (holder.waitingForPersonSince) {
    return { level: 'warning', check: 'lock', text, code: 'KT221', next: `keyturn unblock ${name}` };
  }
  if (now - Date.parse(holder.startedAt) < longRunMs) return { level: 'note', check: 'lock', text };
  const next = holder.host === hostname() ? `kill ${holder.pid}` : `keyturn status ${name}`;
  return { level: 'warning', check: 'lock', text: `${text}: no run takes so long by itself`, code: 'KT220', next };
}

/**
 * While a run holds the account, a browser that uses the profile is expected. At other times it blocks renewals.
 */
async function profileFindings(paths: AccountPaths, holder: LockHolder | undefined): Promise<Finding[]> {
  const { profileHolder } = await import('../../browser/profile-lock.js');
  const open = await profileHolder(paths.browser);
  if (open.kind === 'nobody') return [];
  const check = 'profile';
  if (open.kind === 'browser') {
    const text = `open in process ${open.pid} (${open.command})`;
    if (holder) return [{ level: 'note', check, text: `${text}, the browser of that run` }];
    const why = 'no renewal can drive the page while that browser runs';
    return [
      {
        level: 'problem',
        check,
        text: `${text}: ${why}`,
        code: browserErrors.profileInUse.code,
        next: `kill ${open.pid}`,
      },
    ];
  }
  const { lock, isOld } = open;
  const { code } = browserErrors.profileInUse;
  const text = `locked by process ${lock.pid} on "${lock.host}", another machine or container, ${formatDuration(lock.ageMs)} ago`;
  const next = `rm ${shellWord(lock.path)}`;
  return isOld
    ? [{ level: 'note', check, text: `${text}; the next refresh takes that for a leftover and removes it` }]
    : [{ level: 'problem', check, text: `${text}; remove that only if nothing runs there any more`, code, next }];
}
