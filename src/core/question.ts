import type { ChallengeKind, IsoTime } from './outcome.js';

/**
 * A question goes from `asked` through `ready` to `resolved`, or becomes `snoozed`, `declined`, `doubted` or
 * `unanswered`. It is open until it is `resolved`. `doubted`: the owner dismissed the challenge as a false alarm.
 * `ready` and `doubted` are stored like the others, so that the owner is not asked again if the process dies right
 * after the answer.
 */
type QuestionState = 'asked' | 'ready' | 'snoozed' | 'declined' | 'doubted' | 'unanswered' | 'resolved';

/** How an answer came: the card's button, a chat message, the keyboard, or `keyturn unblock`. */
export type AnswerVia = 'card' | 'chat' | 'terminal' | 'unblock';

/** The account's one open question to its owner, stored as `question.json`. */
export interface Question {
  readonly version: 1;
  readonly id: string;
  /** Cannot be guessed (at least 128 bits). The card's buttons carry it, and it is valid once. */
  readonly nonce: string;
  readonly account: string;
  readonly siteTitle: string;
  readonly kind: ChallengeKind;
  /** One line for the person, without secrets, e.g. `slider CAPTCHA (baxia-nc) on /profile`. */
  readonly detail: string;
  /** What `detail` describes, for a text in the person's own language; absent if nothing was seen on a page. */
  readonly seen?: { readonly vendor: string; readonly page: string };
  /** Set while the page is kept open for a code. */
  readonly code?: CodeWanted;
  /** The challenge was recognised by the look of a page, so the person may dismiss it as a false alarm. */
  readonly canBeDoubted?: boolean;
  readonly keyExpiresAt?: IsoTime;
  readonly askedAt: IsoTime;
  /** Answers after this time do not count. */
  readonly deadlineAt: IsoTime;
  readonly state: QuestionState;
  readonly snoozedUntil?: IsoTime;
  readonly answeredVia?: AnswerVia;
  readonly answeredAt?: IsoTime;
  /** The channels that showed it the last time. Empty: nobody could be asked. Absent: not known yet. */
  readonly reached?: readonly ('card' | 'terminal')[];
  /** The Feishu message that shows the question, once it was sent. */
  readonly message?: {
    readonly messageId: string;
    readonly chatId: string;
    /** When the message was sent by Feishu's clock, in epoch milliseconds. Without it no written reply counts. */
    readonly createdAtMs?: number;
    readonly imageKey?: string;
  };
  /** How often the question was shown again without an answer. */
  readonly reminders?: number;
  /** A redacted PNG, for when another process shows the question. */
  readonly screenshotPath?: string;
  readonly runId: string;
}

/** A request for a code, with the result of the code before it. */
export interface CodeWanted {
  /** Counts the codes, from 1. */
  readonly attempt: number;
  /** The highest number of attempts. */
  readonly of: number;
  /** How many digits the page asks for, if it shows that. */
  readonly digits?: number;
  /** The page has a control that sends another code. */
  readonly canResend: boolean;
  readonly note?: CodeNote;
  /** With `resend-later`: how many seconds the page asks people to wait. */
  readonly resendAfterS?: number;
}

export type CodeNote =
  /** How the page received the code. `unclear`: it neither accepted the code nor said why not. */
  | 'wrong'
  | 'expired'
  | 'unclear'
  /** Too few or too many digits. The code was not typed. */
  | 'wrong-length'
  | 'resent'
  | 'resend-later'
  | 'not-resent';

/** The person's answer. A code's digits go to the page and nowhere else. */
export type Decision =
  | { readonly kind: 'ready' }
  | { readonly kind: 'snooze'; readonly ms: number }
  | { readonly kind: 'decline' }
  | { readonly kind: 'code'; readonly digits: string }
  /** Send another code. */
  | { readonly kind: 'resend' }
  /** A false alarm: what was seen needs no person. */
  | { readonly kind: 'not-a-check' };

export type HandoffResult =
  | { readonly kind: 'ready'; readonly via: AnswerVia }
  | { readonly kind: 'snoozed'; readonly until: IsoTime; readonly via: AnswerVia }
  | { readonly kind: 'declined'; readonly via: AnswerVia }
  | { readonly kind: 'code'; readonly digits: string; readonly via: AnswerVia }
  | { readonly kind: 'resend' | 'not-a-check'; readonly via: AnswerVia }
  /** Nobody answered in time, or nobody could be asked. `leftToWatch`: `keyturn watch` asks the stored question. */
  | { readonly kind: 'unanswered'; readonly asked: boolean; readonly leftToWatch?: boolean };
