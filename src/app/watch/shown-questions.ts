import { readFile } from 'node:fs/promises';
import { endOf, stateOf, type Answer } from '../../core/ask-person.js';
import { newNonce } from '../../core/new-question.js';
import type { AnswerChannel, AnswerReceipt, AskedQuestion } from '../../core/owner-ports.js';
import type { AnswerVia, Decision, Question } from '../../core/question.js';
import type { Log } from '../../lib/log.js';
import type { QuestionStore } from '../../core/run-account.js';

/** A card accepts answers until the next one replaces it. Feishu allows changes to a card for 14 days. */
const answerableMs = 7 * 24 * 3_600_000;

export interface ShownQuestionsDeps {
  readonly channel: AnswerChannel;
  readonly storeOf: (account: string) => QuestionStore;
  readonly history: (account: string, event: string, details: object) => Promise<void>;
  /** Called once an answer is stored. */
  readonly onAnswered: (account: string) => void;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

interface Entry {
  question: Question;
  asked?: AskedQuestion;
  answer?: Answer;
  /** Serializes the writes to the question's file. */
  saving: Promise<unknown>;
}

/**
 * The questions whose answers this process receives. Each is stored, so that it outlives the process: the next
 * process takes over a card that is already in the chat. An answer is stored before anything acts on it.
 */
export class ShownQuestions {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly deps: ShownQuestionsDeps) {}

  isListening(question: Question | undefined): boolean {
    const entry = question && this.entries.get(question.account);
    return entry !== undefined && entry.question.nonce === question?.nonce;
  }

  /** Sends the card; on a repeat the new card replaces the old one. Returns whether the card was sent. */
  async show(question: Question, signal: AbortSignal): Promise<boolean> {
    const { now, channel, log } = this.deps;
    const { account } = question;
    const entry: Entry = {
      question: {
        ...question,
        nonce: newNonce(),
        askedAt: new Date(now()).toISOString(),
        deadlineAt: new Date(now() + answerableMs).toISOString(),
        state: 'asked',
        code: undefined,
        reached: undefined,
        snoozedUntil: undefined,
        answeredVia: undefined,
        answeredAt: undefined,
        reminders: remindersOf(question),
      },
      saving: Promise.resolve(),
    };
    const before = this.entries.get(account);
    await this.deps.storeOf(account).write(entry.question);
    before?.asked?.leave?.(true);
    this.entries.set(account, entry);
    const { screenshotPath } = question;
    const screenshot = screenshotPath === undefined ? undefined : await readFile(screenshotPath).catch(() => undefined);
    try {
      const asked = await channel.ask(entry.question, { screenshot, onAnswer: this.answerHandler(entry), signal });
      entry.asked = asked;
      await this.change(entry, (onDisk) => ({ ...onDisk, reached: ['card'], message: asked.message }));
      const { id, kind, reminders = 0 } = entry.question;
      await this.deps.history(account, reminders > 0 ? 'reminder' : 'shown', { question: id, kind, via: 'card' });
      if (entry.answer) await asked.settle(endOf(entry.answer, entry.question));
      return true;
    } catch (error) {
      this.entries.delete(account);
      if (!signal.aborted) log.warn({ account, err: error }, 'the question could not be shown');
      await this.change(entry, (onDisk) => ({ ...onDisk, state: 'unanswered', reached: [] }));
      return false;
    }
  }

  /** Takes over a card that an earlier process sent. */
  listen(question: Question): void {
    if (!this.deps.channel.adopt) return;
    const entry: Entry = { question, saving: Promise.resolve() };
    this.entries.get(question.account)?.asked?.leave?.(true);
    this.entries.set(question.account, entry);
    entry.asked = this.deps.channel.adopt(question, { onAnswer: this.answerHandler(entry) });
    this.deps.log.info({ account: question.account }, 'the answers to an earlier card are heard again');
  }

  /** Compares with the file, and drops a question that another process has answered, settled or asked again. */
  async reconcile(account: string, onDisk: Question | undefined): Promise<void> {
    const entry = this.entries.get(account);
    if (!entry || entry.answer) return;
    if (onDisk && onDisk.nonce === entry.question.nonce && onDisk.state === 'asked') return;
    // Another run left the question to this watch: it is shown again soon, and the new card replaces the old one.
    if (onDisk?.id === entry.question.id && onDisk.state === 'asked' && onDisk.reached === undefined) return;
    this.entries.delete(account);
    if (onDisk?.id === entry.question.id && onDisk.state === 'asked') entry.asked?.leave?.(true);
    else await entry.asked?.settle({ kind: 'resolved-elsewhere' });
  }

  /** Leaves all questions open for the next process. */
  async leaveAll(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    for (const entry of entries) if (!entry.answer) entry.asked?.leave?.(false);
    await Promise.all(entries.map((entry) => entry.saving));
  }

  private answerHandler(entry: Entry): (decision: Decision, via?: AnswerVia) => AnswerReceipt {
    return (decision, via = 'card') => {
      if (entry.answer) return { accepted: false, reason: 'already-answered' };
      const isKnown = ['ready', 'snooze', 'decline', 'not-a-check'].includes(decision.kind);
      if (!isKnown || this.entries.get(entry.question.account) !== entry)
        return { accepted: false, reason: 'too-late' };
      const answer = { decision, via };
      entry.answer = answer;
      void this.storeAnswer(entry, answer).catch((error: unknown) => this.reopen(entry, error));
      return { accepted: true };
    };
  }

  private async storeAnswer(entry: Entry, answer: Answer): Promise<void> {
    const { account } = entry.question;
    const { decision, via } = answer;
    const at = this.deps.now();
    await this.change(entry, (onDisk) => ({
      ...onDisk,
      answeredVia: via,
      answeredAt: new Date(at).toISOString(),
      ...stateOf(decision, at),
    }));
    if (this.entries.get(account) === entry) this.entries.delete(account);
    await entry.asked?.settle(endOf(answer, entry.question));
    await this.deps.history(account, 'answer', { answer: decision.kind, via, question: entry.question.id });
    this.deps.onAnswered(account);
  }

  /** Reopens the question: the watch listens to its card again, and the card gets its buttons back. */
  private reopen(entry: Entry, error: unknown): void {
    const { account } = entry.question;
    this.deps.log.error({ account, err: error }, 'the answer could not be kept');
    entry.answer = undefined;
    if (this.entries.get(account) === entry) this.entries.delete(account);
    this.deps.onAnswered(account);
  }

  /** Changes the stored question, unless another process has asked it again or settled it. */
  private change(entry: Entry, edit: (onDisk: Question) => Question): Promise<void> {
    const store = this.deps.storeOf(entry.question.account);
    const job = entry.saving.then(async () => {
      const onDisk = await store.read();
      if (onDisk?.nonce !== entry.question.nonce || onDisk.state === 'resolved') return;
      entry.question = edit(onDisk);
      await store.write(entry.question);
    });
    entry.saving = job.catch(() => undefined);
    return job;
  }
}

/** How often the person was shown the question and did not react. Snoozing and declining are reactions. */
function remindersOf({ state, message, reached, reminders = 0 }: Question): number {
  if (state !== 'asked' && state !== 'unanswered') return 0;
  const failedBefore = reached?.length === 0;
  return message === undefined || failedBefore ? reminders : reminders + 1;
}
