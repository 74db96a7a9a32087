import type { AskOptions, QuestionEnd } from '../core/owner-ports.js';
import type { Question } from '../core/question.js';
import { withDeadline } from '../lib/with-deadline.js';
import type { Card, SentMessage, Transport } from './types.js';
import type { OpenQuestion } from './who-may-answer.js';

/** A question whose card was sent to the chat or is being sent. */
export class AskedEntry {
  sent: SentMessage | undefined;
  /** Set as soon as an answer was accepted or the question ended; the card shows it. */
  end: QuestionEnd | undefined;
  /** When the response to a press went to Feishu. A card update that arrives before the response is overwritten. */
  acknowledgedAt: number | undefined;
  draw: ((transport: Transport) => Card) | undefined;
  /** Resolves when the card is sent, could not be sent, or is not this process's any more. */
  private readonly known: Promise<void>;
  private resolveKnown: () => void = () => undefined;

  constructor(
    readonly question: Question,
    readonly onAnswer: AskOptions['onAnswer'],
    private readonly receiver: string,
  ) {
    this.known = new Promise((resolve) => (this.resolveKnown = resolve));
  }

  markSent(message: SentMessage): void {
    this.sent = message;
    this.resolveKnown();
  }

  /** The card could not be sent, or this process no longer handles its answers. */
  markGone(): void {
    this.resolveKnown();
  }

  /** A person can answer before Feishu's response to our request arrives. */
  async whenSent(timeoutMs: number): Promise<void> {
    await withDeadline(this.known, timeoutMs, () => undefined);
  }

  asOpenQuestion(): OpenQuestion {
    return {
      receiver: this.receiver,
      nonce: this.question.nonce,
      messageId: this.sent?.messageId ?? '',
      deadlineAt: Date.parse(this.question.deadlineAt),
      isAnswered: this.end !== undefined,
    };
  }
}

const keptEntries = 50;

/** The questions of this process. Settled ones are kept, so that a late press gets the settled card. */
export class OpenQuestions {
  private readonly entries = new Map<string, AskedEntry>();

  add(entry: AskedEntry): void {
    // A question keeps its id when it is asked again, but gets a new nonce.
    this.entries.set(entry.question.nonce, entry);
    for (const [nonce, { end }] of this.entries) {
      if (this.entries.size <= keptEntries) break;
      if (end) this.entries.delete(nonce);
    }
  }

  remove(entry: AskedEntry): void {
    this.entries.delete(entry.question.nonce);
    entry.markGone();
  }

  /** Resolves when every card in flight has been sent or has failed. */
  async whenSent(timeoutMs: number): Promise<void> {
    const sending = this.open.filter(({ sent }) => !sent);
    await Promise.all(sending.map((entry) => entry.whenSent(timeoutMs)));
  }

  get open(): AskedEntry[] {
    return [...this.entries.values()].filter((entry) => !entry.end);
  }

  /** Finds by the button's message, else by question id, so that a refusal can give its reason. */
  find(messageId: string | undefined, questionId: unknown): AskedEntry | undefined {
    const all = [...this.entries.values()].reverse();
    return (
      this.byMessage(messageId) ??
      all.find((entry) => entry.question.id === questionId && !entry.end) ??
      all.find((entry) => entry.question.id === questionId)
    );
  }

  /** If a question was asked again, quoting its earlier card counts as quoting the current one. */
  quoted(messageId: string, rootId: string | undefined): AskedEntry | undefined {
    const entry = this.byMessage(messageId) ?? this.byMessage(rootId);
    if (!entry?.end) return entry;
    return this.open.find((one) => one.question.id === entry.question.id) ?? entry;
  }

  private byMessage(messageId: string | undefined): AskedEntry | undefined {
    if (!messageId) return undefined;
    return [...this.entries.values()].findLast((entry) => entry.sent?.messageId === messageId);
  }
}
