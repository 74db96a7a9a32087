import { appError, type AppError } from '../errors/app-error.js';
import { renewalErrors } from '../errors/renewal-errors.js';
import { durationText, formatDuration } from '../lib/duration.js';
import { showTime, timeText } from '../lib/show-time.js';
import { resultTexts as texts } from '../messages/results.js';
import { same, type Text } from '../messages/text.js';
import type { KeyFacts } from './key-record.js';
import type { IsoTime, Failure } from './outcome.js';
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
  unreachable: renewalErrors.unreachable,
};

/** Describes a run's result in the words that terminal, log, status table and notification share. */
export function describeResult(result: RenewalResult, given: DescribeContext): ResultReport {
  const now = given.now - (result.clockSkewMs ?? 0);
  const context = { ...given, now };
  const left = (time: IsoTime) => {
    const leftMs = Date.parse(time) - now;
    return texts.left(timeText(time), durationText(leftMs), leftMs <= 0);
  };

  switch (result.kind) {
    case 'not-due': {
      const { expiresAt, dueAt } = result;
      return {
        outcome: 'not-due',
        headline: texts.notDue(
          expiresAt === undefined ? undefined : left(expiresAt),
          dueAt === undefined ? undefined : timeText(dueAt),
        ),
      };
    }
    case 'rehearsed':
      return { outcome: 'rehearsed', headline: texts.rehearsed(result.would, result.reason) };
    case 'renewed': {
      const how = texts.because(texts.how[result.how](result.method), result.reason);
      const detail = 'detail' in result.verification ? result.verification.detail : '';
      const verified = texts.verdicts[result.verification.verdict](detail);
      const { expiresAt } = result.key;
      const expiry = expiresAt === undefined ? texts.expiryUnknown : texts.goodUntil(left(expiresAt));
      const headline = texts.renewed(how, verified, expiry);
      if (result.verification.verdict !== 'banned') return { outcome: 'renewed', headline };
      return {
        outcome: 'refused',
        headline,
        failure: appError(renewalErrors.refused, { ...oneRun(context), detail: result.verification.detail }),
      };
    }
    case 'unproved': {
      const detail = 'detail' in result.verification ? result.verification.detail : 'no detail';
      const state = result.oldKeyWorks
        ? 'The old key still works and stays the current one; the new one is kept with the previous keys.'
        : 'The new key is the current one, because the old one does not work either.';
      return {
        outcome: 'unproved',
        headline: texts.unproved,
        failure: appError(renewalErrors.unproved, { ...oneRun(context), detail, keyState: state }),
      };
    }
    case 'still-waiting': {
      const failure = appError(renewalErrors.stillWaiting, {
        ...oneRun(context),
        detail: result.what,
        since: showTime(result.since),
        asksAgain: showTime(result.asksAgainAt),
      });
      return { outcome: 'waiting', headline: texts.stillWaiting(timeText(result.since)), failure };
    }
    case 'person-needed': {
      const { kind, detail } = result.failure;
      const failure = appError(failureErrors[kind], {
        ...oneRun(context),
        detail: `${asSentence(detail)} ${handoffText(result)}`.trim(),
      });
      return { outcome: kind, headline: texts.personNeeded(detail), failure };
    }
    case 'failed': {
      const { failure } = result;
      const state =
        failure.kind === 'not-seen'
          ? notSeenState(failure)
          : result.rotationUnsettled
            ? 'A rotation may have reached the site without its answer, so the old key may be dead: the next run reads the console and settles it.'
            : keyState(context);
      const facts = { ...oneRun(context), detail: asSentence(failure.detail), keyState: state };
      const error = appError(failureErrors[failure.kind], facts);
      return { outcome: failure.kind, headline: same(failure.detail), failure: error };
    }
  }
}

function oneRun(context: DescribeContext) {
  return { account: context.account, site: context.siteTitle, detail: '', keyState: keyState(context) };
}

function keyState({ record, now }: DescribeContext): string {
  const current = record.current;
  if (!current) return 'keyturn has no key of this account yet.';
  if (current.expiresAt === undefined) return 'The current key was left as it is; its expiry is not known.';
  const leftMs = Date.parse(current.expiresAt) - now;
  return leftMs > 0
    ? `The current key was left as it is and works until ${showTime(current.expiresAt)}, ${formatDuration(leftMs)} from now.`
    : `The current key was left as it is, but it expired at ${showTime(current.expiresAt)}.`;
}

/** The state after a press that may have created a key unknown to keyturn. */
function notSeenState({ oldKey, isFurther }: Failure & { kind: 'not-seen' }): string {
  const first = 'The console may hold a key that nobody has: look at its key page, and delete that key there.';
  if (oldKey === undefined) return `${first} keyturn has no key of this account yet.`;
  const old = {
    valid: 'The service still accepts the key from before.',
    invalid: `The service does not accept the key from before any more${isFurther ? '' : '; the next run makes one further key'}.`,
    unknown: 'Whether the key from before still works could not be checked.',
  }[oldKey];
  return `${first} ${old}`;
}

const asSentence = (text: string) => (/[.。!?]$/.test(text) ? text : `${text}.`);

function handoffText(result: RenewalResult & { kind: 'person-needed' }): string {
  const { handoff } = result;
  switch (handoff.kind) {
    case 'declined':
      return 'The owner chose to skip it this time.';
    case 'snoozed':
      return `The owner asked to be reminded at ${showTime(handoff.until)}.`;
    case 'unanswered':
      // The person was at the browser, and the failure's detail says how that ended.
      if (result.method === 'headed') return '';
      if (handoff.leftToWatch) return 'keyturn watch is running and asks the owner.';
      return handoff.asked ? 'The owner was asked and did not answer in time.' : 'Nobody could be asked.';
    default:
      return '';
  }
}
