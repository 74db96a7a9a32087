import { asksAgainAt } from './asks-again-at.js';
import { hasCode, isMade, isOpen, type Question } from './question.js';
import type { DueDecision } from './is-due.js';
import { nextAllowedTime, type QuietHours } from '../lib/quiet-hours.js';
import { backOffMs, nextReminderAt, renewalAt } from './next-times.js';

/** What the records say about one account that no run holds now. Times are epoch milliseconds. */
export interface AccountFacts {
  readonly now: number;
  readonly due: DueDecision;
  readonly obtainedAt?: number;
  /** When the key is due; undefined if there is no key or its expiry is unknown. */
  readonly dueAt?: number;
  /** An interrupted rotation is pending, so the console has to be read. */
  readonly hasIntent: boolean;
  readonly question?: Question;
  /** The last recorded run. Dry runs and runs that found the key not due are not recorded. */
  readonly lastRun?: { readonly endedAt: number; readonly outcome: string; readonly failuresInARow: number };
  /** When this process last tried a renewal. */
  readonly lastTriedAt?: number;
  /** When this process first saw this key. */
  readonly firstSeenAt: number;
  /** From 0 to 1, drawn once per key. */
  readonly jitterFraction: number;
  /** Whether Feishu is set up. */
  readonly canAsk: boolean;
  /** Whether this process listens for answers to the stored question. */
  readonly isListening: boolean;
}

export interface PlanRules {
  readonly quiet?: QuietHours;
  readonly jitterMs: number;
  readonly askAgainAfterMs: number;
}

/** `listen`: the card is already in the chat. `open`: the person answered `ready`. `resolve`: no longer needed. */
export interface Plan {
  readonly step: 'renew' | 'ask' | 'listen' | 'open' | 'resolve';
  readonly at: number;
}

/** After this long the site may have calmed down, so try it before asking the person once more. */
const tryAgainMs = 12 * 3_600_000;
/** The shortest time between two renewals of one account by the watch, however short its keys live. */
const minIntervalMs = 60_000;

export function planAccount(facts: AccountFacts, rules: PlanRules): Plan {
  const { question } = facts;
  if (!isOpen(question)) return planRenewal(facts, rules);
  const isSettled = !facts.due.due && !facts.hasIntent && isMade(question, facts.obtainedAt);
  if (isSettled) return { step: 'resolve', at: facts.now };
  return facts.canAsk ? planQuestion(question, facts, rules) : planWithoutChat(question, facts, rules);
}

function planRenewal(facts: AccountFacts, rules: PlanRules): Plan {
  const { due, now, lastRun, obtainedAt, hasIntent } = facts;
  const expiresAt = timeOf(due.expiresAt);
  const dueAt = hasIntent ? undefined : facts.dueAt;
  let at = renewalAt({ ...facts, ...rules, dueAt, expiresAt });
  if (obtainedAt !== undefined && !hasIntent && obtainedAt <= now) at = Math.max(at, obtainedAt + minIntervalMs);
  // A wrong clock may have dated the failure into the future. Ignore such a failure.
  if (lastRun && lastRun.failuresInARow > 0 && lastRun.endedAt <= now + 60_000) {
    const left = expiresAt === undefined ? undefined : expiresAt - now;
    at = Math.max(at, lastRun.endedAt + backOffMs(lastRun.outcome, lastRun.failuresInARow, left));
  }
  return { step: 'renew', at };
}

function planQuestion(question: Question, facts: AccountFacts, rules: PlanRules): Plan {
  const { now } = facts;
  const { quiet, askAgainAfterMs } = rules;
  const keyExpiresAt = timeOf(facts.due.expiresAt);
  const allowedFrom = (at: number) => nextAllowedTime(Math.max(at, now), quiet, keyExpiresAt);
  const restsUntil = asksAgainAt(question, now, askAgainAfterMs);
  const { state } = question;
  if (state === 'ready') {
    if (restsUntil === undefined) return { step: 'ask', at: allowedFrom(now) };
    if (question.answeredVia !== 'unblock') return { step: 'open', at: now };
    // `unblock` is handling the question. If it dies, the question is asked again later, and a press is settled at once:
    // nobody holds the account any more.
    return facts.hasIntent ? { step: 'renew', at: now } : { step: 'ask', at: restsUntil };
  }
  // The person chose this time, so quiet hours do not apply.
  if (state === 'snoozed') return { step: 'ask', at: restsUntil ?? now };
  if (state === 'declined') return afterRest({ step: 'ask', at: allowedFrom(restsUntil ?? now) }, facts);
  if (state === 'doubted') {
    return tried(facts) > (timeOf(question.answeredAt) ?? 0) ? planRenewal(facts, rules) : { step: 'renew', at: now };
  }
  // The run that typed the code may have left a key that it had not published yet.
  if (hasCode(question) && tried(facts) < (timeOf(question.answeredAt) ?? 0)) return { step: 'renew', at: now };
  const isShown = question.reached?.includes('card') === true && question.message !== undefined;
  if (!isShown) return { step: 'ask', at: allowedFrom(now) };
  // The code was for an open page, and the process with that page is gone.
  const isLive = state === 'asked' && !question.code && now < (timeOf(question.deadlineAt) ?? 0);
  if (isLive && !facts.isListening) return { step: 'listen', at: now };
  const shownAt = Math.min(timeOf(question.askedAt) ?? now, now);
  const at = nextReminderAt({ shownAt, reminders: question.reminders ?? 0, keyExpiresAt, quiet });
  return afterRest({ step: 'ask', at: Math.max(at, now) }, facts);
}

/** Feishu is not set up: the question waits for `keyturn unblock`, and the site is tried from time to time. */
function planWithoutChat(question: Question, facts: AccountFacts, { askAgainAfterMs }: PlanRules): Plan {
  const restsUntil = asksAgainAt(question, facts.now, askAgainAfterMs) ?? 0;
  const lastAt = Math.max(timeOf(question.askedAt) ?? 0, facts.lastRun?.endedAt ?? 0, facts.lastTriedAt ?? 0);
  const at = Math.min(lastAt, facts.now) + tryAgainMs;
  return { step: 'renew', at: Math.max(at, restsUntil, facts.now) };
}

function afterRest(plan: Plan, facts: AccountFacts): Plan {
  return plan.at - tried(facts, plan.at) >= tryAgainMs ? { ...plan, step: 'renew' } : plan;
}

/** When a renewal was last tried. A run that a wrong clock dated later than `latest` counts as `latest`. */
function tried({ lastRun, lastTriedAt, now }: AccountFacts, latest = now): number {
  return Math.max(Math.min(lastRun?.endedAt ?? 0, latest), lastTriedAt ?? 0);
}

function timeOf(iso: string | undefined): number | undefined {
  const at = Date.parse(iso ?? '');
  return Number.isNaN(at) ? undefined : at;
}
