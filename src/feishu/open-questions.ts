import type { AskOptions } from '../core/owner-ports.js';
import type { Question, QuestionEnd } from '../core/question.js';
import { withDeadline } from '../lib/with-deadline.js';

/** A question whose card was sent to the chat or is being sent. */
export interface AskedEntry {
  readonly question: Question;
  readonly onAnswer: AskOptions['onAnswer'];
  /** Settles when the card is sent or could not be sent; absent for the card of an earlier process. */
  sending?: Promise<unknown>;
  sent?: Question['message'];
  /** Whether the card says that answers arrive; undefined when not known. */
  saysListening?: boolean;
  /** Set as soon as an answer was accepted or the question ended; the card shows it. */
  end?: QuestionEnd;
  /** When the response to a press went to Feishu. A card update that arrives before the response is overwritten. */
  acknowledgedAt?: number;
  /** Settles when the card shows the end, or could not be changed. */
  settling?: Promise<unknown>;
}

/** Waits for the cards in flight: a person can answer before Feishu's response to our request arrives. */
export async function whenSent(entries: readonly AskedEntry[], timeoutMs: number): Promise<void> {
  await withDeadline(Promise.allSettled(entries.flatMap(({ sending }) => sending ?? [])), timeoutMs, () => undefined);
}

/** The questions of this process. Settled ones are kept, so that a late press gets the settled card. */
export class OpenQuestions {
  // A question keeps its id when it is asked again, but gets a new nonce.
  private readonly entries = new Map<string, AskedEntry>();

  add(entry: AskedEntry): void {
    this.entries.set(entry.question.nonce, entry);
  }

  remove(entry: AskedEntry): void {
    this.entries.delete(entry.question.nonce);
  }

  get open(): AskedEntry[] {
    return [...this.entries.values()].filter((entry) => !entry.end);
  }

  /** Finds by the button's message, else by question id, so that a refusal can give its reason. */
  find(messageId: string | undefined, questionId: unknown): AskedEntry | undefined {
    return this.byMessage(messageId) ?? this.byId(questionId);
  }

  /** If a question was asked again, quoting its earlier card counts as quoting the current one. */
  quoted(messageId: string, rootId: string | undefined): AskedEntry | undefined {
    const entry = this.byMessage(messageId) ?? this.byMessage(rootId);
    return entry?.end ? this.byId(entry.question.id) : entry;
  }

  private byId(id: unknown): AskedEntry | undefined {
    const all = [...this.entries.values()].filter(({ question }) => question.id === id);
    return all.findLast(({ end }) => !end) ?? all.at(-1);
  }

  private byMessage(messageId: string | undefined): AskedEntry | undefined {
    if (!messageId) return undefined;
    return [...this.entries.values()].findLast((entry) => entry.sent?.messageId === messageId);
  }
}
