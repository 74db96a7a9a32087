import type { AnswerVia, Decision, Question } from './question.js';

/** Where a question can be asked: the Feishu DM, the terminal. Several may be open at once; the first answer wins. */
export interface AnswerChannel {
  readonly via: 'card' | 'terminal';
  /**
   * Shows the question and calls `onAnswer` for each answer that is authentic. Returns when it has been asked.
   * The receipt that `onAnswer` returns says whether the answer counted, so the channel can tell the person.
   * Rejects when the question could not be asked at all; the other channels then go on alone.
   */
  ask(question: Question, options: AskOptions): Promise<AskedQuestion>;
  /** Hears the answers to a question that stands there already, asked by an earlier process; sends nothing new. */
  adopt?(question: Question, options: Pick<AskOptions, 'onAnswer'>): AskedQuestion;
}

export interface AskOptions {
  /** A redacted PNG; absent when there is none. */
  readonly screenshot?: Buffer;
  /** `via` when it is not the channel's own, e.g. `chat` for a reply to a card. */
  readonly onAnswer: (decision: Decision, via?: AnswerVia) => AnswerReceipt;
  readonly signal: AbortSignal;
}

export type AnswerReceipt = { readonly accepted: boolean; readonly reason?: 'already-answered' | 'too-late' };

export interface AskedQuestion {
  /** Where the question stands in Feishu, to be kept with it. */
  readonly message?: Question['message'];
  /**
   * Replaces the question with its end (who answered, what happens next) and stops listening. Never throws.
   * What needs the network may go on after it returns, so that the answer is acted on at once; closing the channel waits for it.
   */
  settle(end: QuestionEnd): Promise<void>;
  /**
   * Stops listening and lets the question stand, for another process to hear its answers. Never throws.
   * @param isReplaced a newer message takes its place; otherwise it says that nobody listens at the moment
   */
  leave?(isReplaced: boolean): void;
}

export type QuestionEnd =
  | { readonly kind: 'ready' | 'declined' | 'code' | 'resend' | 'not-a-check'; readonly via: string }
  | { readonly kind: 'snoozed'; readonly until: string; readonly via: string }
  | { readonly kind: 'unanswered' | 'resolved-elsewhere' };

/** One message to the person about how a run ended. Key values are masked already unless the person chose otherwise. */
export interface Notice {
  readonly level: 'success' | 'warning' | 'failure';
  readonly account: string;
  readonly siteTitle: string;
  readonly title: string;
  readonly lines: readonly NoticeLine[];
}

/** A string is shown letter by letter, whatever it holds. Only what keyturn itself has written may be a command or markup. */
export type NoticeLine = string | { readonly command: string; readonly label?: string } | { readonly markdown: string };

export interface Notifier {
  /** Never rejects: a failed notification never fails a renewal. Says whether it was delivered, and why not. */
  tell(notice: Notice): Promise<{ readonly delivered: boolean; readonly problem?: string }>;
}
