import { mayAskAgain } from './may-ask-again.js';
import type { Question } from './question.js';
import type { DueDecision } from './is-due.js';
import { backOffMs } from './back-off.js';
import { politeTime, type QuietHours } from '../lib/quiet-hours.js';
import { nextReminderAt } from './reminders.js';
import { renewalAt } from './renewal-time.js';

/** What the records say of one account at this moment. Times are epoch milliseconds. */
export interface AccountFacts {
  readonly now: number;
  readonly due: DueDecision;
  /** When the current key was obtained. */
  readonly obtainedAt?: number;
  /** When the key falls or fell due; undefined when there is none or its expiry is not known. */
  readonly dueAt?: number;
  /** A rotation whose end is not known: the console has to be read. */
  readonly hasIntent: boolean;
  readonly question?: Question;
  /** The last run that said anything about how renewals go. */
  readonly lastRun?: { readonly endedAt: number; readonly outcome: string; readonly failuresInARow: number };
  /** When this process last tried a renewal. */
  readonly lastTriedAt?: number;
  /** When this key was first looked at. */
  readonly firstSeenAt: number;
  /** From 0 to 1, drawn once for this key. */
  readonly luck: number;
  /** Feishu is set up. */
  readonly canAsk: boolean;
  /** Answers to the question as it stands on disk are listened for here. */
  readonly isListening: boolean;
}

export interface PlanRules {
  readonly quiet?: QuietHours;
  readonly jitterMs: number;
  /** The setting `handoff.askAgainAfter`. */
  readonly askAgainAfterMs: number;
}

/**
 * The account's next step and its time.
 * `renew`: try without a person. `ask`: show the question, again or for the first time. `listen`: the card is in the chat
 * already, hear its answers. `open`: the person said ready. `resolve`: the question has no reason any more.
 */
export interface Plan {
  readonly step: 'renew' | 'ask' | 'listen' | 'open' | 'resolve';
  readonly at: number;
}

/** After so long the site may have calmed down by itself: try before the person is asked once more. */
const tryAgainMs = 12 * 3_600_000;
/** The shortest time between two renewals of one account by the watch, however short its keys live. */
const leastRestMs = 60_000;

export function planAccount(facts: AccountFacts, rules: PlanRules): Plan {
  const { question } = facts;
  if (!question || question.state === 'resolved') return planRenewal(facts, rules);
  const wasRenewed = facts.obtainedAt !== undefined && facts.obtainedAt >= (timeOf(question.askedAt) ?? 0);
  if (!facts.due.due && !facts.hasIntent && wasRenewed) return { step: 'resolve', at: facts.now };
  return facts.canAsk ? planQuestion(question, facts, rules) : planWithoutChat(question, facts, rules);
}

function planRenewal(facts: AccountFacts, { quiet, jitterMs }: PlanRules): Plan {
  const { due, now, firstSeenAt, luck, lastRun } = facts;
  const expiresAt = timeOf(due.expiresAt);
  const dueAt = facts.hasIntent ? undefined : facts.dueAt;
  let at = renewalAt({ dueAt, expiresAt, firstSeenAt, luck, jitterMs, quiet });
  const { obtainedAt, hasIntent } = facts;
  if (obtainedAt !== undefined && !hasIntent && obtainedAt <= now) at = Math.max(at, obtainedAt + leastRestMs);
  // A failure that an earlier clock put into the future is no reason to wait for it.
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
  const polite = (at: number) => politeTime(Math.max(at, now), quiet, keyExpiresAt);
  const rest = mayAskAgain(question, now, askAgainAfterMs);
  switch (question.state) {
    case 'ready':
      if (rest.may) return { step: 'ask', at: polite(now) };
      // Another process has taken it into its hands; if that dies, the question is asked again later.
      return question.answeredVia === 'unblock' ? { step: 'ask', at: rest.until } : { step: 'open', at: now };
    case 'snoozed':
      // They named the hour themselves, be it late.
      return { step: 'ask', at: rest.may ? now : rest.until };
    case 'declined':
      return afterRest({ step: 'ask', at: polite(rest.may ? now : rest.until) }, facts);
    case 'doubted':
      return tried(facts) > (timeOf(question.answeredAt) ?? 0) ? planRenewal(facts, rules) : { step: 'renew', at: now };
    case 'asked':
    case 'unanswered': {
      const isShown = question.reached?.includes('card') === true && question.message !== undefined;
      if (!isShown) return { step: 'ask', at: polite(now) };
      // A code is for a page, and whoever had it open is gone.
      const isLive = question.state === 'asked' && !question.code && now < (timeOf(question.deadlineAt) ?? 0);
      if (isLive && !facts.isListening) return { step: 'listen', at: now };
      const shownAt = Math.min(timeOf(question.askedAt) ?? now, now);
      const at = nextReminderAt({ shownAt, reminders: question.reminders ?? 0, keyExpiresAt, quiet });
      return afterRest({ step: 'ask', at: Math.max(at, now) }, facts);
    }
    case 'resolved':
      return { step: 'resolve', at: now };
  }
}

/** Nobody to ask: the question waits for `keyturn unblock`, and the site is tried now and then. */
function planWithoutChat(question: Question, facts: AccountFacts, { askAgainAfterMs }: PlanRules): Plan {
  const rest = mayAskAgain(question, facts.now, askAgainAfterMs);
  const lastAt = Math.max(timeOf(question.askedAt) ?? 0, facts.lastRun?.endedAt ?? 0, facts.lastTriedAt ?? 0);
  const at = Math.min(lastAt, facts.now) + tryAgainMs;
  return { step: 'renew', at: Math.max(at, rest.may ? 0 : rest.until, facts.now) };
}

function afterRest(plan: Plan, facts: AccountFacts): Plan {
  return plan.at - tried(facts, plan.at) >= tryAgainMs ? { ...plan, step: 'renew' } : plan;
}

/** When a renewal was tried last; a run of an earlier clock that was ahead does not count beyond `latest`. */
function tried({ lastRun, lastTriedAt, now }: AccountFacts, latest = now): number {
  return Math.max(Math.min(lastRun?.endedAt ?? 0, latest), lastTriedAt ?? 0);
}

function timeOf(iso: string | undefined): number | undefined {
  const at = Date.parse(iso ?? '');
  return Number.isNaN(at) ? undefined : at;
}
