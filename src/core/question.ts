import * as z from 'zod/mini';
import { isoTime, nonEmptyString, stored, storedText, version1 } from '../lib/schema.js';
import { challengeKind, type IsoTime } from './outcome.js';

const answerVia = z.enum(['card', 'chat', 'terminal', 'unblock']);

/** How an answer came: the card's button, a chat message, the keyboard, or `keyturn unblock`. */
export type AnswerVia = z.output<typeof answerVia>;

/** `unclear`: the page neither accepted the code nor said why. `wrong-length`: the code was not typed. */
const codeNote = z.enum(['wrong', 'expired', 'unclear', 'wrong-length', 'resent', 'resend-later', 'not-resent']);
export type CodeNote = z.output<typeof codeNote>;

const codeWanted = stored({
  /** Counts the codes, from 1. */
  attempt: z.number(),
  /** The highest number of attempts. */
  of: z.number(),
  /** How many digits the page asks for, if it shows that. */
  digits: z.optional(z.number()),
  canResend: z.boolean(),
  note: z.optional(codeNote),
  /** With `resend-later`: how many seconds the page asks people to wait. */
  resendAfterS: z.optional(z.number()),
});

/** A request for a code, with the result of the code before it. */
export type CodeWanted = Readonly<z.output<typeof codeWanted>>;

export const question = stored({
  version: version1,
  id: nonEmptyString,
  /** Cannot be guessed (at least 128 bits). The card's buttons carry it, and it is valid once. */
  nonce: nonEmptyString,
  account: nonEmptyString,
  siteTitle: z.string(),
  kind: challengeKind,
  /** One line for the person, without secrets, e.g. `slider CAPTCHA (baxia-nc) on /profile`. */
  detail: storedText,
  /** The challenge as its owner sees it, without vendor and address: `a slider CAPTCHA`. */
  seen: z.optional(storedText),
  /** Set while the page is kept open for a code. */
  code: z.optional(codeWanted),
  /** The challenge was recognised by the look of a page, so the person may dismiss it as a false alarm. */
  canBeDoubted: z.optional(z.boolean()),
  keyExpiresAt: z.optional(isoTime),
  /** For a renewal that a person forced: only that renewal settles it. */
  forced: z.optional(z.boolean()),
  askedAt: isoTime,
  /** Answers after this time do not count. */
  deadlineAt: isoTime,
  /** Open until `resolved`. `doubted`: a dismissed false alarm. Each is stored, so that a crash asks nobody again. */
  state: z.enum(['asked', 'ready', 'snoozed', 'declined', 'doubted', 'unanswered', 'resolved']),
  snoozedUntil: z.optional(isoTime),
  answeredVia: z.optional(answerVia),
  answeredAt: z.optional(isoTime),
  /** The channels that showed it the last time. Empty: nobody could be asked. Absent: not known yet. */
  reached: z.optional(z.readonly(z.array(z.enum(['card', 'terminal'])))),
  /** The Feishu message that shows the question, once it was sent. */
  message: z.optional(
    stored({
      messageId: nonEmptyString,
      chatId: z.string(),
      /** When the message was sent by Feishu's clock, in epoch milliseconds. Without it no written reply counts. */
      createdAtMs: z.optional(z.number()),
      imageKey: z.optional(nonEmptyString),
    }),
  ),
  /** How often the question was shown again without an answer. */
  reminders: z.optional(z.number()),
  /** A redacted PNG, for when another process shows the question. */
  screenshotPath: z.optional(z.string()),
  runId: nonEmptyString,
});

/** The account's one open question to its owner, stored as `question.json`. */
export type Question = Readonly<z.output<typeof question>>;

export interface QuestionStore {
  read(): Promise<Question | undefined>;
  write(question: Question): Promise<void>;
  /** Calls `handle` after changes by any process; the result ends that. */
  onChange(handle: () => void): () => void;
}

export const isOpen = (question: Question | undefined): question is Question =>
  question !== undefined && question.state !== 'resolved';

/** The question is settled by a run that found the key good, or the session alive; a forced one only by its renewal. */
export const isOpenUnforced = (question: Question | undefined): question is Question =>
  isOpen(question) && question.forced !== true;

/** The owner of a forced renewal has answered: whoever runs next makes it. */
export const isForcedAndAnswered = (question: Question | undefined): boolean =>
  question?.forced === true && (question.state === 'ready' || question.state === 'doubted');

/** The key is newer than the question: the run that made it died before it settled the question. */
export const isMade = (question: Question, obtainedAtMs: number | undefined): boolean =>
  obtainedAtMs !== undefined && obtainedAtMs >= Date.parse(question.askedAt);

/** The page got a code. Once no run holds the account, the run that typed it has died. */
export const hasCode = ({ state, answeredAt }: Question): boolean => state === 'asked' && answeredAt !== undefined;

/** A reply in Feishu may have come while nothing listened. */
export const mayHaveReply = (question: Question | undefined): question is Question =>
  isOpen(question) &&
  (question.state === 'asked' || question.state === 'unanswered') &&
  question.message !== undefined &&
  question.code === undefined;

/** The person's answer. A code's digits go to the page and nowhere else. */
export type Decision =
  /** `resend`: send another code. `not-a-check`: a false alarm, what was seen needs no person. */
  | { readonly kind: 'ready' | 'decline' | 'resend' | 'not-a-check' }
  | { readonly kind: 'snooze'; readonly ms: number }
  | { readonly kind: 'code'; readonly digits: string };

export interface Answer {
  readonly decision: Decision;
  readonly via: AnswerVia;
}

export type HandoffResult =
  | { readonly kind: 'ready' | 'declined' | 'resend' | 'not-a-check'; readonly via: AnswerVia }
  | { readonly kind: 'snoozed'; readonly until: IsoTime; readonly via: AnswerVia }
  | { readonly kind: 'code'; readonly digits: string; readonly via: AnswerVia }
  /** Nobody answered in time, or nobody could be asked. `leftToWatch`: `keyturn watch` asks the stored question. */
  | { readonly kind: 'unanswered'; readonly asked: boolean; readonly leftToWatch?: boolean };

/*
 * The ways from one state to the next; `newQuestion` builds the first. `now` is in epoch milliseconds.
 */

const iso = (time: number): IsoTime => new Date(time).toISOString();

export const shownOn = (question: Question, via: 'card' | 'terminal', message = question.message): Question => ({
  ...question,
  reached: [...(question.reached ?? []), via],
  message,
});

const stateAfter = {
  ready: 'ready',
  decline: 'declined',
  snooze: 'snoozed',
  'not-a-check': 'doubted',
  // The run continues, but the challenge is not settled yet.
  code: 'asked',
  resend: 'asked',
} as const;

export function answered(question: Question, { decision, via }: Answer, now: number): Question {
  const next = { ...question, answeredVia: via, answeredAt: iso(now), state: stateAfter[decision.kind] };
  return decision.kind === 'snooze' ? { ...next, snoozedUntil: iso(now + decision.ms) } : next;
}

/** Nobody answered, or the answer led to nothing; then it waits again from `since` on. */
export const unanswered = (question: Question, since?: number): Question => ({
  ...question,
  state: 'unanswered',
  askedAt: since === undefined ? question.askedAt : iso(since),
});

export const resolved = (question: Question): Question => ({ ...question, state: 'resolved' });

/** How a question has ended, for the channels that show it. */
export type QuestionEnd =
  | { readonly kind: 'ready' | 'declined' | 'code' | 'resend' | 'not-a-check'; readonly via: AnswerVia }
  | { readonly kind: 'snoozed'; readonly until: IsoTime; readonly via: AnswerVia }
  | { readonly kind: 'unanswered' | 'resolved-elsewhere' };

export type AnsweredEnd = Extract<QuestionEnd, { readonly via: AnswerVia }>;

export function endOf({ decision, via }: Answer, now: number): AnsweredEnd {
  if (decision.kind === 'decline') return { kind: 'declined', via };
  if (decision.kind !== 'snooze') return { kind: decision.kind, via };
  return { kind: 'snoozed', until: iso(now + decision.ms), via };
}
