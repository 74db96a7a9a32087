import { failureTexts } from '../messages/failures.js';
import { decideRotation, type RotationDecision, type RotationReason } from './decide-rotation.js';
import { isBelowFloor, isDue, type DueDecision } from './is-due.js';
import type { Failure } from './outcome.js';
import type { ConsoleReading, Verification } from './ports.js';
import type { Renewal } from './renewal.js';
import { withConsoleExpiry } from './rotation.js';

/** What to do at the console. `stop`: nothing, because of an earlier press; `doubt`: because the time is not known. */
export type Decision = Settled | { readonly action: 'stop'; readonly failure: Failure } | { readonly action: 'doubt' };

type Settled = Exclude<RotationDecision, { readonly action: 'unsettled' }>;

/** These reasons call for a new key although the one in the record may not be due. */
const byConsoleAlone: readonly RotationReason[] = ['no-key', 'expired', 'changed-elsewhere'];

/** Asks the service only after an earlier press whose end is unknown, and for a key that is not due. */
export async function decideAtConsole(renewal: Renewal, reading: ConsoleReading): Promise<Decision> {
  const decision = decideByConsole(renewal, reading);
  if (decision.action === 'unsettled') return settleByService(renewal, decision.isReplaced);
  const settled = await keepWhatIsNotDue(renewal, decision);
  const isByTime =
    settled.action === 'keep' || (settled.action === 'rotate' && !byConsoleAlone.includes(settled.reason));
  return isByTime && !renewal.options.force && renewal.isTimeDoubtful() ? { action: 'doubt' } : settled;
}

export function decideByConsole(renewal: Renewal, reading: ConsoleReading): RotationDecision {
  const { record, intent } = renewal.keys;
  return decideRotation(record, reading, intent, (isCurrent) => dueWith(renewal, reading, isCurrent));
}

/**
 * An earlier press may have made a key that nobody has. While the old key works, a person has to look at the console.
 * Once it is dead, one further rotation is made, and not repeated when its answer was not understood.
 */
async function settleByService(renewal: Renewal, isReplaced: boolean): Promise<Decision> {
  const { record, intent } = renewal.keys;
  const oldKey = record.current && verdictOf(await renewal.deps.verify(record.current.key));
  // Without an earlier key, another press would only make a second key that nobody has.
  const isFirst = oldKey === undefined && intent?.end?.kind === 'not-seen';
  const isDead = oldKey === 'invalid' || (oldKey !== 'valid' && isReplaced && !isFirst);
  if (renewal.options.force) return { action: 'rotate', reason: isDead ? 'answer-lost' : 'forced' };
  // A killed run leaves no end. Its further press is repeated only if the console shows another key than before and
  // the service refuses the old one: otherwise the account would stay without a working key.
  const wasKilled = intent?.end === undefined && isReplaced && oldKey !== 'unknown';
  const mayPressAgain = !intent?.isFurther || wasKilled;
  if (isDead && mayPressAgain) return { action: 'rotate', reason: 'answer-lost' };
  const detail = intent?.end?.detail ?? failureTexts.killed;
  return { action: 'stop', failure: notSeen({ detail }, oldKey, intent?.isFurther) };
}

/** A key that is not due is replaced for what the console shows only when its service refuses it. */
async function keepWhatIsNotDue(renewal: Renewal, decision: Settled): Promise<Decision> {
  const { options, deps, keys } = renewal;
  const { current } = keys.record;
  const isByConsole = decision.action === 'rotate' && byConsoleAlone.includes(decision.reason);
  if (!isByConsole || !current || options.force) return decision;
  const isYoung = renewal.isTimeDoubtful() || isBelowFloor(current, renewal.now());
  if (!isYoung && isDue(keys.record, deps.now()).due) return decision;
  const verification = await deps.verify(current.key);
  const isKept = verification.verdict === 'valid' || (verification.verdict === 'unknown' && isYoung);
  if (!isKept) return decision;
  deps.log.warn(
    { reason: decision.reason, proof: verification.verdict },
    'what the console shows calls for a new key, but the key is not due and its service has not refused it',
  );
  return { action: 'keep' };
}

/** Whether the key is due with the expiry that the console shows. A key that is not the current one is adopted. */
function dueWith(renewal: Renewal, reading: ConsoleReading, isCurrent: boolean): DueDecision {
  const { options, keys, deps } = renewal;
  const { current, clock } = keys.record;
  const { lifetimeMs, everyMs, force } = options;
  const obtainedAt = new Date(renewal.now()).toISOString();
  const adopted = { obtainedAt, obtainedBy: 'adopted' as const, expiresAt: reading.expiresAt, lifetimeMs, everyMs };
  const known = isCurrent && current ? withConsoleExpiry(renewal, current, reading) : adopted;
  return isDue({ current: known, clock }, deps.now(), { force });
}

/** A banned account says nothing about the key itself. */
export function verdictOf({ verdict }: Verification): 'valid' | 'invalid' | 'unknown' {
  return verdict === 'banned' ? 'unknown' : verdict;
}

export function notSeen(
  { detail, evidence }: Pick<Failure, 'detail' | 'evidence'>,
  oldKey: 'valid' | 'invalid' | 'unknown' | undefined,
  isFurther: boolean | undefined,
): Failure {
  return { kind: 'not-seen', detail, evidence, oldKey, isFurther };
}
