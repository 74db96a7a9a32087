import { readFile } from 'node:fs/promises';
import { newNonce } from '../../core/new-question.js';
import { OpenQuestion } from '../../core/open-question.js';
import type { AnswerChannel } from '../../core/owner-ports.js';
import type { Question, QuestionStore } from '../../core/question.js';
import type { Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';

/** A card accepts answers until the next one replaces it. Feishu allows changes to a card for 14 days. */
const answerableMs = 7 * 24 * 3_600_000;

interface ShownQuestionsDeps {
  readonly channel: AnswerChannel;
  readonly storeOf: (account: string) => QuestionStore;
  readonly history: (account: string, event: string, details: object) => Promise<void>;
  /** Called once an answer is stored. */
  readonly onAnswered: (account: string) => void;
  readonly log: Log;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The questions that the watch keeps open in Feishu. Each outlives the process: the next one takes over a card that is
 * already in the chat.
 */
export class ShownQuestions {
  private readonly entries = new Map<string, OpenQuestion>();

  constructor(private readonly deps: ShownQuestionsDeps) {}

  isListening(question: Question | undefined): boolean {
    const entry = question && this.entries.get(question.account);
    return entry !== undefined && entry.question.nonce === question?.nonce;
  }

  /** Sends the card; on a repeat the new card replaces the old one. @returns whether it was sent */
  async show(stored: Question, signal: AbortSignal): Promise<boolean> {
    const { account, screenshotPath } = stored;
    const now = this.deps.clock.now();
    const question: Question = {
      ...stored,
      nonce: newNonce(),
      askedAt: new Date(now).toISOString(),
      deadlineAt: new Date(now + answerableMs).toISOString(),
      state: 'asked',
      code: undefined,
      reached: undefined,
      snoozedUntil: undefined,
      answeredVia: undefined,
      answeredAt: undefined,
      reminders: remindersOf(stored),
    };
    await this.deps.storeOf(account).write(question);
    const entry = this.open(question);
    const screenshot = screenshotPath === undefined ? undefined : await readFile(screenshotPath).catch(() => undefined);
    const isShown = await entry.show({ channels: [this.deps.channel], screenshot, signal });
    if (!isShown) {
      this.forget(entry);
      await entry.storeEnd([]);
      await entry.settle();
      return false;
    }
    const { id, kind, reminders = 0 } = question;
    await this.deps.history(account, reminders > 0 ? 'reminder' : 'shown', { question: id, kind, via: 'card' });
    return true;
  }

  /** Takes over a card that an earlier process sent. */
  listen(question: Question): void {
    this.open(question).adopt(this.deps.channel);
    this.deps.log.info({ account: question.account }, 'the answers to an earlier card are heard again');
  }

  /** Leaves all questions open for the next process. */
  async leaveAll(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    await Promise.all(entries.map((entry) => entry.leave(false)));
  }

  private open(question: Question): OpenQuestion {
    const { account } = question;
    const { storeOf, clock, log } = this.deps;
    const entry = new OpenQuestion(question, storeOf(account), clock, log);
    void this.entries.get(account)?.leave(true);
    this.entries.set(account, entry);
    void entry.over.then(() => this.finish(entry));
    return entry;
  }

  /** An answer is stored before anything acts on it. One that cannot be stored leaves the question open. */
  private async finish(entry: OpenQuestion): Promise<void> {
    const { answer, question } = entry;
    const { account } = question;
    const isStored = await entry.storeEnd();
    this.forget(entry);
    if (isStored) {
      await entry.settle();
      const details = { answer: answer?.decision.kind, via: answer?.via, question: question.id };
      if (answer) await this.deps.history(account, 'answer', details);
    }
    // Without the answer on disk, the watch listens to the card again.
    this.deps.onAnswered(account);
  }

  private forget(entry: OpenQuestion): void {
    const { account } = entry.question;
    if (this.entries.get(account) === entry) this.entries.delete(account);
  }
}

/** How often the person was shown the question and did not react. Snoozing and declining are reactions. */
function remindersOf({ state, message, reached, reminders = 0 }: Question): number {
  if (state !== 'asked' && state !== 'unanswered') return 0;
  const failedBefore = reached?.length === 0;
  return message === undefined || failedBefore ? reminders : reminders + 1;
}
