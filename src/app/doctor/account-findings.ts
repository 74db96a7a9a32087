import { hostname } from 'node:os';
import { durationText } from '../../lib/duration.js';
import { timeText } from '../../lib/show-time.js';
import { AppError, appError, orAppError } from '../../lib/app-error.js';
import { browserErrors } from '../../browser/browser-errors.js';
import { same, withoutStop } from '../../messages/text.js';
import { enableCommand, programOff } from '../../messages/cli/account-hook.js';
import { exposedFile } from '../../messages/file-reasons.js';
import { findingTexts as texts } from '../../messages/doctor.js';
import { switchedOff, switchedOn } from '../../core/delivery-record.js';
import { isDue, siteTime } from '../../core/is-due.js';
import type { KeyRecord } from '../../core/key-record.js';
import type { AccountConfig } from '../../store/accounts.js';
import { resolveSite } from '../../site/resolve-site.js';
import { readCheckpoint } from '../../store/checkpoints.js';
import { readHistory } from '../../store/history.js';
import { accountPaths } from '../../store/home.js';
import { readIntent, readKeyRecord } from '../../store/key-records.js';
import { readLastRun } from '../../store/last-run.js';
import { describeHolder, readLock, type LockHolder } from '../../store/lock.js';
import { readQuestion } from '../../store/questions.js';
import type { Warn } from '../../store/record-file.js';
import { requireProxy } from '../account/require-proxy.js';
import type { ProcessContext } from '../process-context.js';
import { note, ok, problem, problemOf, warning, type Finding } from './finding.js';

/** A run without a person takes much less than this. A longer one is probably stuck. */
const longRunMs = 30 * 60_000;
const nearDeathMs = 24 * 3_600_000;

/** Checks the account's own files, offline. Each file is read separately: a damaged one does not hide the others. */
export async function accountFindings(home: string, account: AccountConfig, { clock, env }: ProcessContext) {
  const { name } = account;
  if (!account.enabled) return [note('account', texts.disabled, `keyturn account enable ${name}`)];
  const { baseUrl } = await resolveSite(account);
  const paths = accountPaths(home, name);
  const now = clock.now();
  const refresh = `keyturn refresh ${name}`;
  const findings: Finding[] = [];
  const careful = async <T>(check: string, read: (warn: Warn) => Promise<T>): Promise<T | undefined> => {
    const found = await orAppError(read((text) => findings.push(warning(check, withoutStop(text), refresh))));
    if (!(found instanceof AppError)) return found;
    findings.push(problemOf(check, found));
    return undefined;
  };
  await careful('proxy', async () => Promise.resolve(requireProxy(account, baseUrl, env)));
  const lock = await careful('lock', () => readLock(paths.lock));
  // The doctor's own session check takes the lock for a moment.
  const holder = lock?.pid === process.pid && lock.host === hostname() ? undefined : lock;
  const record = await careful('key', (warn) => readKeyRecord(paths, warn));
  const session = await careful('session', async (warn) => ({ saved: await readCheckpoint(paths, warn) }));
  const intent = await careful('rotation', (warn) => readIntent(paths, warn));
  const question = await careful('question', (warn) => readQuestion(paths, warn));
  const last = await careful('last run', (warn) => readLastRun(paths, warn));

  const hasSession = session?.saved !== undefined;
  if (record) findings.unshift(judgeKey(record, { name, now, hasSession }));
  if (session && !hasSession) findings.push(problem('session', texts.noLogin, `keyturn login ${name}`));
  if (holder) findings.push(holderFinding(holder, name, now));
  if (intent && !holder) {
    const { answer, end } = intent;
    const at = timeText(intent.startedAt);
    const isUnseen = !answer && end !== undefined && end.kind !== 'understood';
    const unseen = isUnseen ? texts.keyUnseen(at, withoutStop(end.detail)) : texts.interrupted(at);
    findings.push(
      warning('rotation', answer ? texts.keyIsSafe(at) : unseen, isUnseen ? `${refresh} --force` : refresh),
    );
  }
  if (question && question.state !== 'resolved') {
    const { askedAt, snoozedUntil, state, detail } = question;
    const until = snoozedUntil && state === 'snoozed' ? timeText(snoozedUntil) : undefined;
    const text = texts.waitsForYou(timeText(askedAt), until, withoutStop(detail));
    findings.push(problem('question', text, `keyturn unblock ${name}`, 'KT603'));
  } else if (last?.code) {
    const text = texts.lastRunFailed(last.failuresInARow, timeText(last.endedAt), withoutStop(last.message));
    findings.push(warning('last run', text, last.next, last.code));
  }
  findings.push(...(await profileFindings(paths.browser, holder !== undefined)));
  await careful('history', () => readHistory(paths, 1));
  return findings;
}

export function judgeKey(
  record: KeyRecord,
  { name, now, hasSession }: { readonly name: string; readonly now: number; readonly hasSession: boolean },
): Finding {
  const { current } = record;
  const next = `keyturn ${hasSession ? 'refresh' : 'login'} ${name}`;
  if (!current) return problem('key', texts.noKey, next, 'KT153');
  const due = isDue(record, now);
  const leftMs = due.expiresAt === undefined ? Infinity : Date.parse(due.expiresAt) - siteTime(record, now);
  const [left, end] = [durationText(leftMs), timeText(due.expiresAt ?? '')];
  if (leftMs <= 0) return problem('key', texts.died(left, end), next, 'KT154');
  const state = leftMs === Infinity ? texts.expiryUnknown : texts.goodFor(left, end);
  if (!due.due) return ok('key', texts.renewedFrom(state, timeText(due.dueAt)));
  const isDying = leftMs < Math.min(nearDeathMs, (current.lifetimeMs ?? leftMs) / 8);
  return isDying ? problem('key', texts.dies(left, end), next) : warning('key', texts.dueNow(state), next);
}

function holderFinding(holder: LockHolder, name: string, now: number): Finding {
  const text = texts.heldBy(describeHolder(holder, now));
  if (holder.waitingForPersonSince) return warning('lock', text, `keyturn unblock ${name}`, 'KT221');
  if (now - Date.parse(holder.startedAt) < longRunMs) return note('lock', text);
  const next = holder.host === hostname() ? `kill ${holder.pid}` : `keyturn status ${name}`;
  return warning('lock', texts.stuck(text), next, 'KT220');
}

/** A browser that uses the profile blocks renewals, unless it is the browser of the run that holds the account. */
async function profileFindings(userDataDir: string, isRunning: boolean): Promise<Finding[]> {
  const { profileHolder } = await import('../../browser/profile-lock.js');
  const open = await profileHolder(userDataDir);
  if (open.kind === 'nobody' || (open.kind === 'browser' ? isRunning : open.isOurs)) return [];
  const holder = open.kind === 'browser' ? open : { ...open.lock, lockPath: open.lock.path };
  return [problemOf('profile', appError(browserErrors.profileInUse, { userDataDir, ...holder }))];
}

/** A target that cannot be written stops the next renewal. An outdated target leaves a consumer with an old key. */
export async function deliveryFindings(home: string, account: AccountConfig, context: ProcessContext) {
  if (!account.enabled || (!account.targets?.length && !account.hooks)) return [];
  const { deliveryStates } = await import('../deliver.js');
  const { whyNotRunnable } = await import('../../delivery/put-key.js');
  const { targetExposure } = await import('../../delivery/target-exposure.js');
  const states = await deliveryStates(home, account, context);
  const findings = states.map(({ target, where, holds, isReady, error }) => {
    const check = `delivery ${target}`;
    const why = error && withoutStop(same(error.message));
    if (!isReady) return problem(check, texts.cannotTakeKey(why), error?.next, error?.code);
    if (holds) return ok(check, texts.holdsKey(where));
    return problem(check, texts.lacksKey(where, why), `keyturn deliver ${account.name}`);
  });
  for (const target of account.targets ?? []) {
    const exposure = await targetExposure(target);
    if (exposure) findings.push(warning(`delivery ${target.name}`, exposedFile(exposure), exposure.fix));
  }
  for (const each of switchedOff(account)) {
    findings.push(note(`${each.kind} ${each.name}`, programOff(each), enableCommand(account.name, each)));
  }
  for (const [event, { command }] of Object.entries(switchedOn(account).hooks)) {
    const [program = ''] = command;
    const why = whyNotRunnable(program, context.env);
    const next = `keyturn account hook list ${account.name}`;
    if (why !== undefined) findings.push(warning(`hook ${event}`, texts.hookProgram(program, why), next));
  }
  return findings;
}
