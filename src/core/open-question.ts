import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { AnswerChannel, AnswerReceipt, AskedQuestion } from './owner-ports.js';
import { answered, endOf, shownOn, unanswered } from './question.js';
import type { Answer, Question, QuestionEnd, QuestionStore } from './question.js';

export interface Showing {
  readonly channels: readonly AnswerChannel[];
  /** Already redacted; PNG. */
  readonly screenshot?: Buffer;
  readonly signal: AbortSignal;
}

/**
 * A question while this process takes its answers. The first answer wins. Each state is stored before a channel learns
 * it, so that the question on disk is right even if the process dies.
 */
export class OpenQuestion {
  /** Resolves with the first answer, or when another process has answered, settled or repeated the question. */
  readonly over: Promise<void>;
  answer: Answer | undefined;
  end: QuestionEnd | undefined;
  private readonly shown: AskedQuestion[] = [];
  /** The channels know how it ended. */
  private isTold = false;
  private noteOver: () => void = () => undefined;
  /** Serializes the accesses to the question's file. */
  private saving: Promise<unknown> = Promise.resolve();
  private readonly stopLooking: () => void;

  constructor(
    public question: Question,
    private readonly store: QuestionStore,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly log: Log,
  ) {
    this.over = new Promise((resolve) => (this.noteOver = resolve));
    this.stopLooking = store.onChange(() => void this.look().catch(() => undefined));
  }

  /** Shows the question on all channels at once. @returns whether one of them shows it */
  async show(showing: Showing): Promise<boolean> {
    const reached = await Promise.all(showing.channels.map((channel) => this.showOn(channel, showing)));
    return reached.includes(true);
  }

  private async showOn(channel: AnswerChannel, { screenshot, signal }: Showing): Promise<boolean> {
    try {
      const onAnswer = this.onAnswer(channel);
      const asked = await channel.ask(this.question, { screenshot, onAnswer, signal });
      this.shown.push(asked);
      // It ended while this channel was still sending.
      if (this.end) await this.settleOn(asked, this.end);
      else await this.change((onDisk) => shownOn(onDisk, channel.via, asked.message));
      return true;
    } catch (error) {
      const { account } = this.question;
      if (!signal.aborted) this.log.warn({ account, err: error, channel: channel.via }, 'the question was not shown');
      return false;
    }
  }

  /** Takes over a message that an earlier process has sent. */
  adopt(channel: AnswerChannel): void {
    const asked = channel.adopt?.(this.question, { onAnswer: this.onAnswer(channel) });
    if (asked) this.shown.push(asked);
  }

  private onAnswer({ via: usual }: AnswerChannel) {
    return (decision: Answer['decision'], via: Answer['via'] = usual): AnswerReceipt => {
      if (this.answer) return { accepted: false, reason: 'already-answered' };
      const isForCode = decision.kind === 'code' || decision.kind === 'resend';
      const isInTime = !this.end && this.clock.now() <= Date.parse(this.question.deadlineAt);
      if (!isInTime || (isForCode && !this.question.code)) return { accepted: false, reason: 'too-late' };
      this.answer = { decision, via };
      this.noteOver();
      return { accepted: true };
    };
  }

  /** Stores the answer, or that nobody has answered. @returns whether it is on disk */
  async storeEnd(reached = this.question.reached): Promise<boolean> {
    const { answer } = this;
    const now = this.clock.now();
    this.end ??= answer ? endOf(answer, now) : { kind: 'unanswered' };
    if (this.end.kind === 'resolved-elsewhere') return true;
    return this.change((onDisk) => (answer ? answered(onDisk, answer, now) : unanswered({ ...onDisk, reached })));
  }

  /** Tells the channels how it ended. Never rejects. */
  async settle(): Promise<void> {
    this.stopLooking();
    const { end } = this;
    if (this.isTold || !end) return;
    this.isTold = true;
    await Promise.all(this.shown.map((asked) => this.settleOn(asked, end)));
  }

  private async settleOn(asked: AskedQuestion, end: QuestionEnd): Promise<void> {
    try {
      await asked.settle(end);
    } catch (error) {
      this.log.warn({ err: error }, 'a channel could not be told the end of the question');
    }
  }

  /** Leaves it open for another process. `isReplaced`: a newer message takes its place. */
  async leave(isReplaced: boolean): Promise<void> {
    this.stopLooking();
    if (this.answer) return;
    this.end = { kind: 'resolved-elsewhere' };
    this.isTold = true;
    for (const asked of this.shown) asked.leave?.(isReplaced);
    await this.saving;
  }

  /** Looks whether another process has answered, settled or repeated the question. */
  private async look(): Promise<void> {
    const onDisk = await this.store.read();
    if (this.answer || this.end) return;
    const { id, nonce } = this.question;
    const isRepeated = onDisk?.id === id && onDisk.state === 'asked';
    // Not shown yet: it is shown soon, in a new message that takes the place of this one.
    if (isRepeated && (onDisk.nonce === nonce || onDisk.reached === undefined)) return;
    if (isRepeated) await this.leave(true);
    else {
      this.end = { kind: 'resolved-elsewhere' };
      await this.settle();
    }
    this.noteOver();
  }

  /** Changes the stored question, unless another process has changed it. A failed write is logged. */
  private change(edit: (onDisk: Question) => Question): Promise<boolean> {
    const saved = this.saving.then(async () => {
      try {
        const onDisk = await this.store.read();
        if (onDisk?.nonce !== this.question.nonce || onDisk.state !== 'asked') return true;
        this.question = edit(onDisk);
        await this.store.write(this.question);
        return true;
      } catch (error) {
        this.log.error({ account: this.question.account, err: error }, 'the state of the question could not be kept');
        return false;
      }
    });
    this.saving = saved;
    return saved;
  }
}
