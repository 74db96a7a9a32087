import type { AskOptions, QuestionEnd } from '../core/owner-ports.js';
import type { Question } from '../core/question.js';
import type { Card, SentMessage, Transport } from './types.js';
import type { OpenQuestion } from './who-may-answer.js';

/** A question that was sent to the chat, or is being sent. */
export class AskedEntry {
  sent: SentMessage | undefined;
  /** Set as soon as an answer was accepted or the question ended; the card shows it. */
  end: QuestionEnd | undefined;
  /** When an answer of this card went back to Feishu; a patch before that would be undone by it. */
  acknowledgedAt: number | undefined;
  /** The card as it has to be for the ways that are open. */
  draw: ((transport: Transport) => Card) | undefined;
  private isGone = false;
  private readonly waiting: (() => void)[] = [];

  constructor(
    readonly question: Question,
    readonly onAnswer: AskOptions['onAnswer'],
    private readonly receiver: string,
  ) {}

  markSent(message: SentMessage): void {
    this.sent = message;
    this.wake();
  }

  /** Its card could not be sent, or nobody listens to it any more. */
  markGone(): void {
    this.isGone = true;
    this.wake();
  }

  private wake(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** A person can be quicker than the answer to our own request. */
  async whenSent(timeoutMs: number): Promise<SentMessage | undefined> {
    if (this.sent || this.isGone) return this.sent;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      timer = setTimeout(resolve, timeoutMs);
      // It keeps no process from ending.
      timer.unref();
    });
    clearTimeout(timer);
    return this.sent;
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

/** The questions of this process, the settled ones too: a late press is told what became of its question. */
export class OpenQuestions {
  private readonly entries = new Map<string, AskedEntry>();

  add(entry: AskedEntry): void {
    // The nonce is new each time a question is asked; its id is not.
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

  /** Resolves when of each card that is under way it is known whether it was sent. */
  async whenSent(timeoutMs: number): Promise<void> {
    const sending = this.open.filter(({ sent }) => !sent);
    await Promise.all(sending.map((entry) => entry.whenSent(timeoutMs)));
  }

  get open(): AskedEntry[] {
    return [...this.entries.values()].filter((entry) => !entry.end);
  }

  /** By the message the button stands in; else by the question it names, so that a refusal can say what is wrong. */
  find(messageId: string | undefined, questionId: unknown): AskedEntry | undefined {
    const all = [...this.entries.values()].reverse();
    return (
      all.find((entry) => messageId !== undefined && entry.sent?.messageId === messageId) ??
      all.find((entry) => entry.question.id === questionId && !entry.end) ??
      all.find((entry) => entry.question.id === questionId)
    );
  }

  /** Of the question that is asked again, the card before counts as quoted too. */
  quoted(messageId: string, rootId: string | undefined): AskedEntry | undefined {
    const entry = this.byMessage(messageId) ?? this.byMessage(rootId ?? '');
    if (!entry?.end) return entry;
    return this.open.find((one) => one.question.id === entry.question.id) ?? entry;
  }

  byMessage(messageId: string): AskedEntry | undefined {
    return [...this.entries.values()].find((entry) => entry.sent?.messageId === messageId);
  }
}
