import type { Log } from '../lib/log.js';
import { newNonce } from './new-question.js';
import type { AnswerChannel, AnswerReceipt, AskedQuestion, QuestionEnd } from './owner-ports.js';
import type { AnswerVia, Decision, HandoffResult, Question } from './question.js';
import { systemClock, type Clock } from '../lib/clock.js';
import { withDeadline } from '../lib/with-deadline.js';

export interface AskPersonOptions {
  /**
   * From `newQuestion`, or the stored question when it is asked again. Each asking sets a new nonce and deadline.
   */
  readonly question: Question;
  readonly channels: readonly AnswerChannel[];
  /** Already redacted; PNG. */
  readonly screenshot?: Buffer;
  /** The total wait, snoozes included. */
  readonly waitMs: number;
  /** Stores the question. Awaited before any channel learns the new state. */
  readonly save: (question: Question) => Promise<void>;
  readonly clock?: Clock;
  readonly newNonce?: () => string;
  /**
   * Ends the wait. With the reason `'resolved-elsewhere'` the stored question is not touched, because the other
   * process maintains it. With any other reason it is stored as unanswered.
   */
  readonly signal?: AbortSignal;
  /** Runs what remains after the answer `ready` in the background: the browser opens at once. Must not reject. */
  readonly later?: (work: Promise<unknown>) => void;
  readonly log: Log;
}

export interface Answer {
  readonly decision: Decision;
  readonly via: AnswerVia;
}

/** How long after the deadline a send in progress may still take. */
const longestUnderWayMs = 10_000;

type Silence = 'deadline' | 'aborted' | 'nobody-asked';

/**
 * Asks on all channels at once. The first valid answer wins, and the other channels are notified. Each new state is
 * stored before any channel is notified, so that the question on disk is right even if the process dies. Rejects
 * only if the question cannot be stored before it is asked.
 */
export async function askPerson(options: AskPersonOptions): Promise<HandoffResult> {
  const clock = options.clock ?? systemClock;
  const { now } = clock;
  const overallDeadline = now() + options.waitMs;
  let question = options.question;
  for (;;) {
    question = {
      ...question,
      nonce: (options.newNonce ?? newNonce)(),
      askedAt: new Date(now()).toISOString(),
      deadlineAt: new Date(overallDeadline).toISOString(),
      state: 'asked',
      reached: undefined,
      snoozedUntil: undefined,
      answeredVia: undefined,
      answeredAt: undefined,
    };
    await options.save(question);
    const round = new Round(question, options, clock, overallDeadline);
    const outcome = await round.run();
    question = round.question;
    if (typeof outcome === 'string') return { kind: 'unanswered', asked: (question.reached ?? []).length > 0 };
    const { decision, via } = outcome;
    if (decision.kind === 'decline') return { kind: 'declined', via };
    if (decision.kind !== 'snooze') return { ...decision, via };
    const until = Date.parse(question.snoozedUntil ?? '');
    // A page that is kept open for a code cannot wait out a snooze.
    const asksAgain = !question.code && until < overallDeadline && (await clock.sleepUntil(until, options.signal));
    if (!asksAgain) return { kind: 'snoozed', until: new Date(until).toISOString(), via };
  }
}

/** One round of asking, from the first send to the last channel's settlement. */
class Round {
  question: Question;
  private answer: Answer | undefined;
  private isOver = false;
  private readonly asked = new Map<AnswerChannel, AskedQuestion>();
  private wake: () => void = () => undefined;
  /** Serializes the writes, so that two of them never race for the file. */
  private saving: Promise<unknown> = Promise.resolve();

  constructor(
    question: Question,
    private readonly options: AskPersonOptions,
    private readonly clock: Clock,
    private readonly deadline: number,
  ) {
    this.question = question;
  }

  async run(): Promise<Answer | Silence> {
    const { channels, signal, log } = this.options;
    const stop = new AbortController();
    const asking = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const answered = new Promise<void>((resolve) => (this.wake = resolve));
    const asks = channels.map((channel) => this.askOn(channel, asking));
    const allFailed = Promise.all(asks).then((reached) => {
      if (reached.some(Boolean)) return new Promise<never>(() => undefined);
      return 'nobody-asked' as const;
    });
    const timeUp = this.clock.sleepUntil(this.deadline, asking).then(async (isUp) => {
      if (!isUp) return 'aborted' as const;
      // Let a send in progress finish even past the deadline, so that no half-sent question is left behind.
      await withDeadline(Promise.all(asks), longestUnderWayMs, () => undefined, asking).catch(() => undefined);
      return 'deadline' as const;
    });
    const silence = await Promise.race([answered, allFailed, timeUp]);
    this.isOver = true;
    const outcome: Answer | Silence = this.answer ?? silence ?? 'aborted';
    const end = await this.storeOutcome(outcome);
    stop.abort(new Error('the question has ended'));
    const settling = Promise.all([...this.asked.values()].map((one) => this.settle(one, end)));
    if (this.answer?.decision.kind === 'ready' && this.options.later) this.options.later(settling);
    else await settling;
    log.info(
      { account: this.question.account, outcome: end.kind, ...('via' in end ? { via: end.via } : {}) },
      'the question has ended',
    );
    return outcome;
  }

  /** @returns whether the channel shows the question */
  private async askOn(channel: AnswerChannel, signal: AbortSignal): Promise<boolean> {
    try {
      const asked = await channel.ask(this.question, {
        screenshot: this.options.screenshot,
        onAnswer: (decision, via) => this.receive(decision, via ?? channel.via),
        signal,
      });
      this.asked.set(channel, asked);
      // The question ended while this channel was still sending.
      if (this.isOver) await this.settle(asked, this.endOf(this.answer));
      else await this.storeReached(channel, asked);
      return true;
    } catch (error) {
      if (!signal.aborted) {
        this.options.log.warn({ err: error, channel: channel.via }, 'the question could not be asked on one channel');
      }
      return false;
    }
  }

  private receive(decision: Decision, via: AnswerVia): AnswerReceipt {
    if (this.answer) return { accepted: false, reason: 'already-answered' };
    if (this.isOver || this.clock.now() > this.deadline) return { accepted: false, reason: 'too-late' };
    this.answer = { decision, via };
    this.wake();
    return { accepted: true };
  }

  private async storeReached(channel: AnswerChannel, asked: AskedQuestion): Promise<void> {
    this.question = {
      ...this.question,
      reached: [...(this.question.reached ?? []), channel.via],
      ...(asked.message ? { message: asked.message } : {}),
    };
    await this.save();
  }

  private async storeOutcome(outcome: Answer | Silence): Promise<QuestionEnd> {
    if (outcome === 'aborted' && this.options.signal?.reason === 'resolved-elsewhere') {
      return { kind: 'resolved-elsewhere' };
    }
    const at = new Date(this.clock.now()).toISOString();
    if (typeof outcome === 'string') {
      const reached = outcome === 'nobody-asked' ? [] : this.question.reached;
      this.question = { ...this.question, state: 'unanswered', reached };
    } else {
      const { decision, via } = outcome;
      this.question = { ...this.question, answeredVia: via, answeredAt: at, ...stateOf(decision, this.clock.now()) };
    }
    await this.save();
    return this.endOf(this.answer);
  }

  private endOf(answer: Answer | undefined): QuestionEnd {
    if (!answer) {
      const isElsewhere = this.options.signal?.aborted && this.options.signal.reason === 'resolved-elsewhere';
      return { kind: isElsewhere ? 'resolved-elsewhere' : 'unanswered' };
    }
    return endOf(answer, this.question);
  }

  /**
   * Logs a failed write and carries on: after the question was sent, an unsaved answer is still worth acting on.
   */
  private save(): Promise<void> {
    const { question } = this;
    const job = this.saving.then(() => this.options.save(question));
    this.saving = job.catch((error: unknown) => {
      this.options.log.error({ err: error, state: question.state }, 'the state of the question could not be kept');
    });
    return this.saving as Promise<void>;
  }

  private async settle(asked: AskedQuestion, end: QuestionEnd): Promise<void> {
    try {
      await asked.settle(end);
    } catch (error) {
      this.options.log.warn({ err: error }, 'a channel could not be told the end of the question');
    }
  }
}

export function endOf({ decision, via }: Answer, { snoozedUntil = '' }: Question): QuestionEnd {
  if (decision.kind === 'snooze') return { kind: 'snoozed', until: snoozedUntil, via };
  return { kind: decision.kind === 'decline' ? 'declined' : decision.kind, via };
}

export function stateOf(decision: Decision, now: number): Pick<Question, 'state' | 'snoozedUntil'> {
  switch (decision.kind) {
    case 'ready':
      return { state: 'ready' };
    case 'decline':
      return { state: 'declined' };
    case 'snooze':
      return { state: 'snoozed', snoozedUntil: new Date(now + decision.ms).toISOString() };
    case 'not-a-check':
      return { state: 'doubted' };
    // The run continues, but the challenge is not settled yet.
    case 'code':
    case 'resend':
      return { state: 'asked' };
  }
}
