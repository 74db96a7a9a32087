import type { ChallengeKind, IsoTime } from './outcome.js';

/**
 * asked → ready → resumed, or snoozed, declined, doubted, unanswered. A question is open until it is `resolved`.
 * `ready` and `doubted` (what was seen is no check, says the owner) are on disk too, so that a press whose process died is
 * not asked for again.
 */
export type QuestionState = 'asked' | 'ready' | 'snoozed' | 'declined' | 'doubted' | 'unanswered' | 'resolved';

/** The way an answer came: the card's button, a message in the chat, the keyboard, `keyturn unblock`. */
export type AnswerVia = 'card' | 'chat' | 'terminal' | 'unblock';

/** The account's one open question to its owner; on disk as `question.json`. */
export interface Question {
  readonly version: 1;
  readonly id: string;
  /** Unguessable, 128 bits or more; travels in the card's buttons and is good once. */
  readonly nonce: string;
  readonly account: string;
  readonly siteTitle: string;
  readonly kind: ChallengeKind;
  /** One line for the person, without secrets, e.g. `slider CAPTCHA (baxia-nc) on /profile`. */
  readonly detail: string;
  /** The same for a text in the person's own language; absent when nothing was seen on a page. */
  readonly seen?: { readonly vendor: string; readonly page: string };
  /** Set when the page is kept open for a code that can be typed. */
  readonly code?: CodeWanted;
  /** The alarm was raised by looking at a page, which can be wrong: the person may say so. */
  readonly canBeDoubted?: boolean;
  readonly keyExpiresAt?: IsoTime;
  readonly askedAt: IsoTime;
  /** After this no answer counts. */
  readonly deadlineAt: IsoTime;
  readonly state: QuestionState;
  readonly snoozedUntil?: IsoTime;
  readonly answeredVia?: AnswerVia;
  readonly answeredAt?: IsoTime;
  /** The ways on which it was shown the last time; empty when nobody could be asked, absent while that is not known. */
  readonly reached?: readonly ('card' | 'terminal')[];
  /** Where it was asked in Feishu, once it was. */
  readonly message?: {
    readonly messageId: string;
    readonly chatId: string;
    /** Feishu's clock, epoch milliseconds; without it no written reply counts. */
    readonly createdAtMs?: number;
    readonly imageKey?: string;
  };
  /** How often it was shown again without an answer. */
  readonly reminders?: number;
  /** A redacted PNG, when another process is to show the question. */
  readonly screenshotPath?: string;
  readonly runId: string;
}

/** A code that the person is to send, and what became of the one before. */
export interface CodeWanted {
  /** Counts the codes, from 1. */
  readonly attempt: number;
  /** How many are tried at most. */
  readonly of: number;
  /** How many digits the page wants, where it shows that. */
  readonly digits?: number;
  /** The page has a control that sends another code. */
  readonly canResend: boolean;
  readonly note?: CodeNote;
  /** With `resend-later`: how long the page makes people wait, as it says itself. */
  readonly resendAfterS?: number;
}

export type CodeNote =
  /** What the page said of the code. `unclear`: it neither took it nor said why. */
  | 'wrong'
  | 'expired'
  | 'unclear'
  /** Too few or too many digits: it was not typed. */
  | 'wrong-length'
  | 'resent'
  | 'resend-later'
  | 'not-resent';

/** What the person said. The digits of a code go from here to the page and nowhere else. */
export type Decision =
  | { readonly kind: 'ready' }
  | { readonly kind: 'snooze'; readonly ms: number }
  | { readonly kind: 'decline' }
  | { readonly kind: 'code'; readonly digits: string }
  /** Have another code sent. */
  | { readonly kind: 'resend' }
  /** What was seen is no check at all. */
  | { readonly kind: 'not-a-check' };

export type HandoffResult =
  | { readonly kind: 'ready'; readonly via: AnswerVia }
  | { readonly kind: 'snoozed'; readonly until: IsoTime; readonly via: AnswerVia }
  | { readonly kind: 'declined'; readonly via: AnswerVia }
  | { readonly kind: 'code'; readonly digits: string; readonly via: AnswerVia }
  | { readonly kind: 'resend' | 'not-a-check'; readonly via: AnswerVia }
  /** Nobody answered in time, or there was nobody to ask; `leftToWatch`: `keyturn watch` asks, the question is on disk. */
  | { readonly kind: 'unanswered'; readonly asked: boolean; readonly leftToWatch?: boolean };
