import type { IsoTime } from './outcome.js';
import type { OutcomeName } from './describe-result.js';
import type { RenewalResult } from './renewal-result.js';

const hourMs = 3_600_000;
const quietOutcomes: readonly OutcomeName[] = ['not-due', 'rehearsed', 'waiting', 'renewed'];

export interface NotifyRule {
  readonly success: boolean | 'quiet';
  readonly failure: boolean;
}

export interface EarlierRun {
  readonly outcome: string;
  readonly failuresInARow: number;
  /** When the owner was last notified of a failure that is still going on. */
  readonly toldAt?: IsoTime;
}

/**
 * A run that a person watches at a terminal sends nothing, unless they answered from elsewhere. A failure is reported
 * when it starts or changes, and then once a day, or every six hours on the key's last day.
 */
export function shouldNotify(
  result: RenewalResult | undefined,
  outcome: OutcomeName,
  facts: {
    readonly rule: NotifyRule;
    readonly isAttended: boolean;
    readonly earlier?: EarlierRun;
    readonly keyExpiresAt?: IsoTime;
    readonly now: number;
  },
): boolean {
  const { rule, earlier } = facts;
  if (result?.kind === 'renewed' && outcome === 'renewed') {
    // A person who answered from their phone is waiting for the result.
    if (result.method === 'headed') return true;
    if (facts.isAttended || rule.success === false) return false;
    return rule.success === true || (earlier?.failuresInARow ?? 0) > 0;
  }
  if (quietOutcomes.includes(outcome)) return false;
  if (facts.isAttended || !rule.failure) return false;
  // The question itself was the notification, and its card shows how it ended.
  if (result?.kind === 'person-needed' && (result.handoff.kind !== 'unanswered' || result.handoff.asked))
    return result.method === 'headed';
  if (earlier?.toldAt === undefined || earlier.outcome !== outcome) return true;
  const keyLeftMs = facts.keyExpiresAt === undefined ? Infinity : Date.parse(facts.keyExpiresAt) - facts.now;
  return facts.now - Date.parse(earlier.toldAt) >= (keyLeftMs < 24 * hourMs ? 6 : 24) * hourMs;
}
