import { mayAskAgain } from '../core/may-ask-again.js';
import { AppError } from '../errors/app-error.js';
import { nextAllowedTime } from '../lib/quiet-hours.js';
import type { KeyRecord } from '../core/key-record.js';
import type { Failure, IsoTime } from '../core/outcome.js';
import type { HandoffResult, Question } from '../core/question.js';
import { judgeSession, nextCheckAt, trustsHttp } from '../core/session-health.js';
import { resultTexts } from '../messages/results.js';
import type { AccountConfig } from '../store/accounts.js';
import { readCheckpointFacts } from '../store/checkpoints.js';
import { acquireLock, type AccountLock } from '../store/lock.js';
import { readSessionCheck, writeSessionCheck, type SessionCheck } from '../store/session-checks.js';
import { ownerOf } from './ask-owner.js';
import { hasKeyboard, watchAsks } from './leave-to-watch.js';
import type { Progress } from './progress.js';
import type { AccountEnd, RenewOneOptions } from './one-run.js';
import { renewOne } from './renew-one.js';
import { sessionEndedEnd } from './plan-session.js';
import type { AccountContext, RunContext } from './context.js';
import { openAccountContext } from './container.js';

/**
 * For an account whose key is not due and whose session has rested for the setting `session.keepAlive`: reads the console
 * once over HTTP, which keeps a sliding session alive, and asks the owner when the session turns out to be dead.
 * @returns undefined when there is nothing to report
 */
export async function keepAlive(
  run: RunContext,
  config: AccountConfig,
  options: RenewOneOptions,
  progress: Progress,
): Promise<AccountEnd | undefined> {
  const account = await openAccountContext(run, config, progress);
  let lock: AccountLock | undefined;
  try {
    if (!(await needsRead(run, account))) return undefined;
    const { context, runId } = run;
    const { clock, signal } = context;
    lock = await acquireLock(account.paths.lock, { command: options.command, runId, now: clock.now, signal });
    const record = await account.keys.readRecord();
    const failure = await readOnce(run, account, record);
    if (!failure) return undefined;
    const expiresAt = record.current?.expiresAt;
    const { ask } = ownerOf(run, account, { waitMs: options.waitMs, progress });
    const isReady = await askToSignIn(run, account, lock, (earlier) => ask(failure, expiresAt, earlier), expiresAt);
    if (!isReady) {
      const { detail } = failure;
      return sessionEndedEnd(config.name, { site: account.profile.title, detail, expiresAt });
    }
    await lock.release();
    return await renewOne(run, config, { ...options, headed: true, signIn: true }, progress);
  } catch (error) {
    // Another run holds the account and uses its session.
    if (error instanceof AppError && error.exitCode === 4) return undefined;
    run.log.error({ account: config.name, err: error }, 'the session could not be looked at');
    return { account: config.name, outcome: 'failed', headline: resultTexts.sessionUnread, failure: error };
  } finally {
    await lock?.release();
    progress.done(config.name);
  }
}

/** Decides by settings and checkpoint whether the session needs a request now, and records the next check otherwise. */
async function needsRead(run: RunContext, { paths, profile }: AccountContext): Promise<boolean> {
  const now = run.context.clock.now();
  const { keepAliveMs } = run.settings.session;
  const earlier = await readSessionCheck(paths);
  const rest = async (outcome: SessionCheck['outcome'], from: number, restMs: number) => {
    await note(run, paths, { outcome, nextAt: from + restMs, aliveAt: earlier?.aliveAt });
    return false;
  };
  if (keepAliveMs === undefined) return rest('off', now, 24 * 3_600_000);
  // Reads only the time, which is not encrypted.
  const checkpoint = await readCheckpointFacts(paths);
  if (!checkpoint || !profile.http) return rest('unclear', now, keepAliveMs);
  const savedAt = Date.parse(checkpoint.savedAt);
  const wasDead = earlier?.outcome === 'signed-out' && Date.parse(earlier.at) >= savedAt;
  const usedAt = Math.max(savedAt, Date.parse(earlier?.aliveAt ?? '') || 0);
  if (!wasDead && usedAt <= now && now < usedAt + keepAliveMs) return rest('used', usedAt, keepAliveMs);
  return true;
}

/** @returns why the session is dead, if it is */
async function readOnce(
  run: RunContext,
  account: AccountContext,
  record: KeyRecord,
): Promise<(Failure & { kind: 'signed-out' }) | undefined> {
  const { config, paths, log } = account;
  const { context, settings } = run;
  const opened = await account.openConsole({ method: 'http', retries: 0, signal: context.signal });
  const session = opened.ok ? opened.value : undefined;
  try {
    const read = opened.ok ? await opened.value.read() : opened;
    context.signal.throwIfAborted();
    const earlier = await readSessionCheck(paths);
    const verdict = judgeSession(read, trustsHttp(config.method, record, earlier?.aliveAt));
    const failure = read.ok ? undefined : read.failure;
    if (read.ok) await session?.saveCheckpoint();
    const now = context.clock.now();
    log.info({ verdict, failure: failure?.kind, detail: failure?.detail }, 'the session was used to keep it alive');
    await note(run, paths, {
      outcome: verdict,
      nextAt: nextCheckAt(verdict, now, settings.session.keepAliveMs ?? 0),
      aliveAt: verdict === 'alive' ? new Date(now).toISOString() : earlier?.aliveAt,
      detail: failure?.detail,
    });
    return verdict === 'signed-out' && failure?.kind === 'signed-out' ? failure : undefined;
  } finally {
    await session?.close();
  }
}

/** Asks the owner to sign in, by the rules of other questions and outside quiet hours. @returns whether they are ready */
async function askToSignIn(
  run: RunContext,
  account: AccountContext,
  lock: AccountLock,
  ask: (earlier: Question | undefined) => Promise<HandoffResult>,
  keyExpiresAt: IsoTime | undefined,
): Promise<boolean> {
  const { context, settings } = run;
  const now = context.clock.now();
  const earlier = await account.questions.read();
  const may = mayAskAgain(earlier, now, settings.handoff.askAgainAfterMs);
  if (!may.may) return may.why === 'ready';
  // The watch keeps the quiet hours itself, and asks when they end.
  const isLeft = (await watchAsks(run)) || hasKeyboard(context);
  const expiresMs = keyExpiresAt === undefined ? undefined : Date.parse(keyExpiresAt);
  if (!isLeft && nextAllowedTime(now, settings.watch.quietHours, expiresMs) > now) return false;
  await lock.setWaiting(new Date(now).toISOString());
  const handoff = await ask(earlier);
  await account.history('answer', { answer: handoff.kind, via: 'via' in handoff ? handoff.via : undefined });
  return handoff.kind === 'ready';
}

async function note(
  run: RunContext,
  paths: AccountContext['paths'],
  { nextAt, ...check }: Omit<SessionCheck, 'version' | 'at' | 'nextAt'> & { readonly nextAt: number },
): Promise<void> {
  const at = new Date(run.context.clock.now()).toISOString();
  await writeSessionCheck(paths, { version: 1, at, nextAt: new Date(nextAt).toISOString(), ...check });
}
