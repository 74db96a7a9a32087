import { asksAgainAt } from '../core/asks-again-at.js';
import type { KeyFacts } from '../core/key-record.js';
import type { Failure } from '../core/outcome.js';
import { judgeSession, nextCheckAt, trustsHttp } from '../core/session-health.js';
import { AppError, appError } from '../lib/app-error.js';
import { renewalErrors } from '../core/renewal-errors.js';
import { nextAllowedTime } from '../lib/quiet-hours.js';
import { timeText } from '../lib/show-time.js';
import { keyStateTexts } from '../messages/failures.js';
import { resultTexts } from '../messages/results.js';
import { same } from '../messages/text.js';
import type { AccountConfig } from '../store/accounts.js';
import { readCheckpointFacts } from '../store/checkpoints.js';
import type { AccountLock } from '../store/lock.js';
import { readSessionCheck, writeSessionCheck, type SessionCheck } from '../store/session-checks.js';
import { ownerOf, watchAsks } from './ask-owner.js';
import { openAccountContext, type AccountContext } from './container.js';
import { renewOne, type AccountEnd, type RenewOneOptions } from './renew-one.js';
import type { RunContext } from './run-context.js';

/**
 * For an account whose key is not due and whose session has rested for the setting `session.keepAlive`:
 * 1. read the console once over HTTP, which keeps a sliding session alive;
 * 2. when the session turns out to be dead, ask the owner to sign in, by the rules of other questions;
 * 3. once they are ready, renew the session in the visible browser.
 * @returns undefined when there is nothing to report
 */
export async function keepAlive(
  run: RunContext,
  config: AccountConfig,
  options: RenewOneOptions,
): Promise<AccountEnd | undefined> {
  const { settings } = run;
  const { clock, stdin, stderr } = run.context;
  const { name: account } = config;
  const files = await openAccountContext(run, config);
  let lock: AccountLock | undefined;
  try {
    lock = await files.lock(options.command);
    const record = await files.readKeyFacts();
    const earlier = await files.questions.read();
    const restsUntil = asksAgainAt(earlier, clock.now(), settings.handoff.askAgainAfterMs);
    const wasAsked = restsUntil !== undefined && earlier?.state !== 'ready';
    const failure = await endOfSession(run, files, record, wasAsked);
    if (!failure) return undefined;

    const expiresAt = record.current?.expiresAt;
    const ask = async () => {
      const now = clock.now();
      // At the terminal nobody sleeps, and the watch keeps the quiet hours itself.
      const isQuietTime =
        nextAllowedTime(now, settings.watch.quietHours, Date.parse(expiresAt ?? '') || undefined) > now;
      if (isQuietTime && !(stdin.isTTY && stderr.isTTY) && !(await watchAsks(run))) return undefined;
      await lock?.setWaiting(new Date(now).toISOString());
      const handoff = await ownerOf(run, files, options).ask(failure, expiresAt, earlier);
      await files.history('answer', { answer: handoff.kind, via: 'via' in handoff ? handoff.via : undefined });
      return handoff.kind;
    };
    if (wasAsked || (restsUntil === undefined && (await ask()) !== 'ready')) {
      const keyState = keyStateTexts.worksOnly(timeText(expiresAt ?? ''));
      const about = { account, site: files.profile.title, detail: failure.detail, keyState };
      const signedOut = appError(renewalErrors.signedOut, about);
      return { account, outcome: 'signed-out', headline: signedOut.texts.message, expiresAt, failure: signedOut };
    }
    await lock.release();
    return await renewOne(run, config, { ...options, headed: true, signIn: true });
  } catch (error) {
    // Another run holds the account and uses its session.
    if (error instanceof AppError && error.exitCode === 4) return undefined;
    run.log.error({ account, err: error }, 'the session could not be looked at');
    return { account, outcome: 'failed', headline: resultTexts.sessionUnread, failure: error };
  } finally {
    await lock?.release();
  }
}

type SignedOut = Failure & { kind: 'signed-out' };

/** Records when the session is checked next. @returns why the session is dead, if it is */
async function endOfSession(
  run: RunContext,
  { config, paths, log, profile, openConsole }: AccountContext,
  record: KeyFacts,
  wasAsked: boolean,
): Promise<SignedOut | undefined> {
  const { clock, signal } = run.context;
  const { keepAliveMs } = run.settings.session;
  const earlier = await readSessionCheck(paths);
  const note = async (outcome: SessionCheck['outcome'], nextAt: number, more: Partial<SessionCheck> = {}) => {
    const at = new Date(clock.now()).toISOString();
    const times = { at, nextAt: new Date(nextAt).toISOString(), aliveAt: earlier?.aliveAt };
    await writeSessionCheck(paths, { version: 1, outcome, ...times, ...more });
    return undefined;
  };
  const now = clock.now();
  if (keepAliveMs === undefined) return note('off', now + 24 * 3_600_000);
  // Reads only the time, which is not encrypted.
  const checkpoint = await readCheckpointFacts(paths);
  if (!checkpoint || !profile.http) return note('unclear', now + keepAliveMs);
  const savedAt = Date.parse(checkpoint.savedAt);
  const wasDead = earlier?.outcome === 'signed-out' && Date.parse(earlier.at) >= savedAt;
  if (wasDead && wasAsked) return { kind: 'signed-out', detail: earlier.detail ?? same('') };
  const usedAt = Math.max(savedAt, Date.parse(earlier?.aliveAt ?? '') || 0);
  if (!wasDead && usedAt <= now && now < usedAt + keepAliveMs) return note('used', usedAt + keepAliveMs);

  const opened = await openConsole({ retries: 0, signal });
  try {
    const read = opened.ok ? await opened.value.read() : opened;
    signal.throwIfAborted();
    const verdict = judgeSession(read, trustsHttp(config.method, record, earlier?.aliveAt));
    if (opened.ok && read.ok) await opened.value.saveCheckpoint();
    const failure = read.ok ? undefined : read.failure;
    const { kind, detail } = failure ?? {};
    log.info({ verdict, failure: kind, detail: detail?.en }, 'the session was used to keep it alive');
    const isAlive = verdict === 'alive';
    const aliveAt = isAlive ? new Date(clock.now()).toISOString() : earlier?.aliveAt;
    await note(verdict, nextCheckAt(verdict, clock.now(), keepAliveMs), { aliveAt, detail });
    return verdict === 'signed-out' && failure?.kind === 'signed-out' ? failure : undefined;
  } finally {
    if (opened.ok) await opened.value.close();
  }
}
