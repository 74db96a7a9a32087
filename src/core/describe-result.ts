import { appError, type AppError } from '../lib/app-error.js';
import { renewalErrors } from './renewal-errors.js';
import { durationText } from '../lib/duration.js';
import { timeText } from '../lib/show-time.js';
import { asSentence, handoffTexts, keyStateTexts } from '../messages/failures.js';
import { resultTexts as texts } from '../messages/results.js';
import { same, type Text } from '../messages/text.js';
import { siteTime } from './is-due.js';
import type { KeyFacts } from './key-record.js';
import type { IsoTime } from './outcome.js';
import type { Verification } from './ports.js';
import type { RenewalResult } from './renewal-result.js';

/** The permanent outcome names of a run. Scripts read them from `--json` and `keyturn status --json`. */
export const outcomeNames = [
  'renewed',
  'not-due',
  'rehearsed',
  'signed-out',
  'challenge',
  'waiting',
  'drift',
  'not-seen',
  'refused',
  'gone',
  'misconfigured',
  'unreachable',
  'unproved',
  'failed',
] as const;

export type OutcomeName = (typeof outcomeNames)[number];

export interface ResultReport {
  readonly outcome: OutcomeName;
  readonly headline: Text;
  readonly failure?: AppError;
}

export interface DescribeContext {
  readonly account: string;
  readonly siteTitle: string;
  readonly record: KeyFacts;
  /** Epoch milliseconds. */
  readonly now: number;
}

export const failureErrors = {
  'signed-out': renewalErrors.signedOut,
  challenge: renewalErrors.challenge,
  drift: renewalErrors.drift,
  'not-seen': renewalErrors.notSeen,
  refused: renewalErrors.refused,
  gone: renewalErrors.refused,
  misconfigured: renewalErrors.misconfigured,
  unreachable: renewalErrors.unreachable,
};

/** Describes a run's result in the words that terminal, log, status table and notification share. */
export function describeResult(result: RenewalResult, given: DescribeContext): ResultReport {
  const now = siteTime(given.record, given.now);
  const run = { account: given.account, site: given.siteTitle, keyState: keyState(given.record, now) };
  const left = (time: IsoTime) => {
    const leftMs = Date.parse(time) - now;
    return texts.left(timeText(time), durationText(leftMs), leftMs <= 0);
  };

  switch (result.kind) {
    case 'not-due': {
      const until = result.expiresAt === undefined ? undefined : left(result.expiresAt);
      const due = result.dueAt === undefined ? undefined : timeText(result.dueAt);
      return { outcome: 'not-due', headline: texts.notDue(until, due) };
    }
    case 'rehearsed':
      return { outcome: 'rehearsed', headline: texts.rehearsed(result.would, result.reason) };
    case 'renewed': {
      const how = texts.because(texts.how[result.how](result.method), result.reason);
      const { verification } = result;
      const verified = texts.verdicts[verification.verdict](detailOf(verification));
      const { expiresAt } = result.key;
      const expiry = expiresAt === undefined ? texts.expiryUnknown : texts.goodUntil(left(expiresAt));
      const headline = texts.renewed(how, verified, expiry);
      if (verification.verdict !== 'banned') return { outcome: 'renewed', headline };
      const failure = appError(renewalErrors.refused, { ...run, detail: verification.detail });
      return { outcome: 'refused', headline, failure };
    }
    case 'unproved': {
      const state = result.oldKeyWorks ? keyStateTexts.oldKept : keyStateTexts.newKept;
      const facts = { ...run, detail: detailOf(result.verification), keyState: state };
      return { outcome: 'unproved', headline: texts.unproved, failure: appError(renewalErrors.unproved, facts) };
    }
    case 'time-unknown': {
      const failure = appError(renewalErrors.timeUnknown, run);
      return { outcome: 'failed', headline: failure.texts.message, failure };
    }
    case 'still-waiting': {
      const since = timeText(result.since);
      const facts = { ...run, detail: result.what, since, asksAgain: timeText(result.asksAgainAt) };
      const failure = appError(renewalErrors.stillWaiting, facts);
      return { outcome: 'waiting', headline: texts.stillWaiting(since), failure };
    }
    case 'person-needed': {
      const { kind, detail } = result.failure;
      const facts = { ...run, detail: withHandoff(asSentence(detail), handoffText(result)) };
      const failure = appError(failureErrors[kind], facts);
      return { outcome: kind, headline: texts.personNeeded(detail), failure };
    }
    case 'failed': {
      const { failure } = result;
      const state =
        failure.kind === 'not-seen'
          ? keyStateTexts.notSeen(failure.oldKey, failure.isFurther === true)
          : result.rotationUnsettled
            ? keyStateTexts.unsettled
            : run.keyState;
      const facts = { ...run, detail: asSentence(failure.detail), keyState: state };
      // Where somebody has signed in before, the owner is asked instead.
      const isFirst = failure.kind === 'signed-out';
      const error = appError(isFirst ? renewalErrors.neverSignedIn : failureErrors[failure.kind], facts);
      return { outcome: failure.kind, headline: failure.detail, failure: error };
    }
  }
}

const detailOf = (verification: Verification) => ('detail' in verification ? verification.detail : same(''));

function keyState({ current }: KeyFacts, now: number): Text {
  if (!current) return keyStateTexts.noKey;
  if (current.expiresAt === undefined) return keyStateTexts.noExpiry;
  const leftMs = Date.parse(current.expiresAt) - now;
  const time = timeText(current.expiresAt);
  return leftMs > 0 ? keyStateTexts.works(time, durationText(leftMs)) : keyStateTexts.expired(time);
}

const withHandoff = (detail: Text, end: Text | undefined): Text =>
  end === undefined ? detail : { en: `${detail.en} ${end.en}`, zh: detail.zh + end.zh };

function handoffText({ handoff, method }: RenewalResult & { kind: 'person-needed' }): Text | undefined {
  if (handoff.kind === 'declined') return handoffTexts.declined;
  if (handoff.kind === 'snoozed') return handoffTexts.snoozed(timeText(handoff.until));
  // The person was at the browser, and the failure's detail says how that ended.
  if (handoff.kind !== 'unanswered' || method === 'headed') return undefined;
  if (handoff.leftToWatch) return handoffTexts.leftToWatch;
  return handoff.asked ? handoffTexts.noAnswer : handoffTexts.nobodyAsked;
}
