import type { AnswerVia, Decision, Question, QuestionEnd } from './question.js';

/** A place to ask a question: the Feishu chat or the terminal. Several may be open; the first answer wins. */
export interface AnswerChannel {
  readonly via: 'card' | 'terminal';
  /**
   * Resolves once the question is shown; rejects if it cannot be shown, and the other channels continue alone. Calls
   * `onAnswer` for each authentic answer; the receipt says whether it counted, so that the channel can tell the person.
   */
  ask(question: Question, options: AskOptions): Promise<AskedQuestion>;
  /** Listens for answers to a question that an earlier process already sent. Sends nothing new. */
  adopt?(question: Question, options: Pick<AskOptions, 'onAnswer'>): AskedQuestion;
}

export interface AskOptions {
  /** Already redacted; PNG. */
  readonly screenshot?: Buffer;
  /** `via` is set if the answer came another way than the channel's own, e.g. `chat` for a reply to a card. */
  readonly onAnswer: (decision: Decision, via?: AnswerVia) => AnswerReceipt;
  readonly signal: AbortSignal;
}

export type AnswerReceipt = { readonly accepted: boolean; readonly reason?: 'already-answered' | 'too-late' };

export interface AskedQuestion {
  /** The Feishu message that shows the question; stored with the question. */
  readonly message?: Question['message'];
  /**
   * Replaces the question with its end and stops listening. Never throws. Returns before its network work ends, so that
   * the answer takes effect at once; closing the channel waits for that work.
   */
  settle(end: QuestionEnd): Promise<void>;
  /**
   * Stops listening but keeps the question open for another process. Never throws. `isReplaced`: a newer message
   * replaces this one; otherwise the message says that nobody is listening at the moment.
   */
  leave?(isReplaced: boolean): void;
}

/** A message to the owner about the end of a run. Keys are masked unless the owner chose otherwise. */
export interface Notice {
  readonly level: 'success' | 'warning' | 'failure';
  readonly account: string;
  readonly siteTitle: string;
  readonly title: string;
  readonly lines: readonly NoticeLine[];
  /** The notice has a link to an open page, and its owner can ask for a new one. */
  readonly canRenewLink?: boolean;
}

/** Text from outside is always a plain string, which is shown literally, so that it cannot add markup. */
export type NoticeLine = string | { readonly command: string; readonly label?: string } | { readonly markdown: string };

export interface Notifier {
  /** Never rejects: a failed notification must not fail a renewal. Returns whether it was delivered, or why not. */
  notify(notice: Notice): Promise<{ readonly delivered: boolean; readonly problem?: string }>;
}
