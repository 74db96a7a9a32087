import { AppError, appError } from '../lib/app-error.js';
import { renewalErrors } from './renewal-errors.js';
import { dryRunTexts } from '../messages/results.js';
import { decideAtConsole, decideByConsole, notSeen, verdictOf, type Decision } from './decide-at-console.js';
import type { RotationReason } from './decide-rotation.js';
import { isDue } from './is-due.js';
import type { RotationIntent } from './key-record.js';
import { done, failed, type Attempt, type Failure, type Method } from './outcome.js';
import type { ConsoleReading, ConsoleSession, RotateResult, ShownExpiry } from './ports.js';
import type { Renewal } from './renewal.js';
import type { RenewalResult } from './renewal-result.js';
import { recordPressEnd, withConsoleExpiry, writeAheadHooks } from './rotation.js';
import { verifyAndPublish, type Made } from './verify-and-publish.js';

/**
 * One method, at its open console:
 * 1. read the console, and set the run's clock by it;
 * 2. decide: rotate, adopt the key that is shown, keep the current one, or stop because of an earlier press;
 * 3. rotate write-ahead, or end the dry run before the press;
 * 4. verify the new key against its service and publish it.
 *
 * A result ends the run; after a failure another method may be tried.
 */
export async function renewAtConsole(renewal: Renewal, session: ConsoleSession): Promise<Attempt<RenewalResult>> {
  const { options, deps } = renewal;
  const { method } = session;
  const reading = await session.read();
  await renewal.setClock(session.clockSkewMs());
  if (!reading.ok) return reading;
  renewal.reportUnread(reading.value);
  if (options.signIn) await deps.history('signed-in', { rung: method });
  const decision = await decideAtConsole(renewal, reading.value);
  const reason = 'reason' in decision ? decision.reason : undefined;
  deps.log.info({ method, decision: decision.action, reason }, 'console read');

  if (decision.action === 'stop') return failed(decision.failure);
  if (decision.action === 'doubt') return done({ kind: 'time-unknown' });
  if (options.dryRun) return endDryRun(session, reading.value, decision);
  if (decision.action === 'keep') return done(await keep(renewal, decision.shown ?? {}));
  if (decision.action === 'rotate') return rotate(renewal, session, reading.value, decision.reason);
  const adopted = await verifyAndPublish(renewal, decision, { method, how: 'adopted' });
  // A key that the service refuses is of no use: make one.
  return adopted.kind === 'unproved' ? rotate(renewal, session, reading.value, 'expired') : done(adopted);
}

/** Presses write-ahead, then verifies the new key and publishes it. Closes the session once it has the key. */
export async function rotate(
  renewal: Renewal,
  session: ConsoleSession,
  reading: ConsoleReading,
  reason: RotationReason,
): Promise<Attempt<RenewalResult & { kind: 'renewed' | 'unproved' }>> {
  const { deps } = renewal;
  const { method } = session;
  const hooks = writeAheadHooks(renewal, method, reading, reason);
  await deps.preflight?.(reason, renewal.keys);
  await deps.history('rotate', { rung: method, reason });
  const rotated = await session.rotate(reading, hooks);
  // The hook wrote the key to disk before the session returned, so a late failure of the session loses nothing.
  const answer = rotated.ok ? rotated.value : hooks.intent()?.answer;
  if (rotated.ok) renewal.reportUnread(rotated.value);
  if (!answer) {
    if (rotated.ok) throw new Error('a rotation without a key is no success');
    return settlePress(renewal, session, rotated, hooks.intent());
  }
  // The console is not needed any more: it is closed while the service verifies the key.
  const closing = renewal.close(session);
  try {
    const made: Made = { method, how: 'rotated', reason, seenAt: hooks.intent()?.answer?.seenAt };
    return done(await verifyAndPublish(renewal, answer, made));
  } catch (error) {
    if (hooks.isKeyKept() || !(error instanceof AppError)) throw error;
    throw appError(renewalErrors.keyNotKept, { detail: error.texts.message }, { cause: error });
  } finally {
    await closing;
  }
}

/** After a press that showed no key: asks the console, and then the service, whether it made one. */
async function settlePress(
  renewal: Renewal,
  session: Pick<ConsoleSession, 'method' | 'read'>,
  pressed: Exclude<RotateResult, { readonly ok: true }>,
  intent: RotationIntent | undefined,
): Promise<Attempt<RenewalResult & { kind: 'renewed' | 'unproved' }>> {
  const { keys } = renewal;
  const { log, history, verify } = renewal.deps;
  const { method } = session;
  const { failure } = pressed;
  if (await recordPressEnd(keys, pressed, intent)) return failed(failure);

  log.warn({ method, failure: failure.kind, detail: failure.detail.en }, 'no new key was seen after the press');
  await history('not-seen', { rung: method, detail: failure.detail.en });
  const reading = await session.read();
  const decision = reading.ok ? decideByConsole(renewal, reading.value) : undefined;
  if (decision?.action === 'adopt') {
    const made: Made = { method, how: 'rotated', reason: 'answer-lost' };
    return done(await verifyAndPublish(renewal, decision, made));
  }
  // The console shows the key from before: the request was lost on its way there, and the next run presses again.
  if (reading.ok && reading.value.hasKey && decision?.action !== 'unsettled') return failed(failure);
  const { current } = keys.record;
  const oldKey = current && verdictOf(await verify(current.key));
  return failed(notSeen(failure, oldKey, intent?.isFurther));
}

interface LostAttempt extends Pick<ConsoleSession, 'read'> {
  /** The intent from before the attempt. */
  readonly before: RotationIntent | undefined;
  readonly failure: Failure;
}

/** After the worker of an attempt has died: what it wrote ahead says how far it came. */
export async function settleLostAttempt(
  renewal: Renewal,
  method: Method,
  { before, failure, read }: LostAttempt,
): Promise<Attempt<RenewalResult>> {
  const { keys, options } = renewal;
  const { intent, record } = keys;
  const { current } = record;
  if (!intent && current?.runId === options.runId) {
    const verdict = current.provedAt === undefined ? 'unknown' : 'valid';
    const verification = { verdict, detail: failure.detail } as const;
    return done({ kind: 'renewed', how: 'rotated', method, key: current, verification });
  }
  // It had pressed nothing, or had recorded how its press ended.
  if (!intent || intent.id === before?.id || intent.end) return failed(failure);
  if (intent.answer) {
    const made: Made = { method, how: 'rotated', seenAt: intent.answer.seenAt };
    return done(await verifyAndPublish(renewal, intent.answer, made));
  }
  return settlePress(renewal, { method, read }, { ok: false, failure, sent: 'maybe' }, intent);
}

/** The console shows the current key; the expiry that it shows is newer than the record's. */
async function keep(renewal: Renewal, shown: ShownExpiry): Promise<RenewalResult> {
  const { keys } = renewal;
  const { record } = keys;
  const kept = record.current && { ...record, current: withConsoleExpiry(renewal, record.current, shown) };
  if (kept && JSON.stringify(kept) !== JSON.stringify(record)) await keys.writeRecord(kept);
  await keys.removeIntent();
  const { dueAt, expiresAt } = isDue(keys.record, renewal.deps.now());
  return { kind: 'not-due', dueAt, expiresAt };
}

async function endDryRun(
  session: ConsoleSession,
  reading: ConsoleReading,
  decision: Exclude<Decision, { readonly action: 'stop' | 'doubt' }>,
): Promise<Attempt<RenewalResult>> {
  const { method } = session;
  if (decision.action !== 'rotate') {
    return done({ kind: 'rehearsed', method, would: dryRunTexts[decision.action] });
  }
  const found = await session.dryRun(reading);
  if (!found.ok) return found;
  return done({ kind: 'rehearsed', method, would: found.value, reason: decision.reason });
}
