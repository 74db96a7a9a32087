import type { Log } from '../lib/log.js';
import type { AnswerChannel, AnswerReceipt, AskedQuestion, QuestionEnd } from './owner-ports.js';
import type { AnswerVia, Decision, HandoffResult, Question } from './question.js';
import type { Clock } from '../lib/clock.js';
import { withDeadline } from '../lib/with-deadline.js';

export interface AskPersonOptions {
  /** Fresh, or the stored question with a new nonce and deadline. */
  readonly question: Question;
  readonly channels: readonly AnswerChannel[];
  /** Already redacted; PNG. */
  readonly screenshot?: Buffer;
  /** Stores the question. Awaited before any channel learns the new state. */
  readonly save: (question: Question) => Promise<void>;
  readonly clock: Clock;
  /** After `'resolved-elsewhere'` the stored question is not touched; after any other reason it is unanswered. */
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

/**
 * Asks on all channels at once; the first valid answer wins. Each state is stored before a channel learns it, so that
 * the question on disk is right even if the process dies. Rejects only if the question cannot be stored first.
 */
export async function askPerson({
  channels,
  screenshot,
  clock,
  signal,
  later,
  log,
  ...options
}: AskPersonOptions): Promise<HandoffResult> {
  let question = options.question;
  const deadline = Date.parse(question.deadlineAt);
  await options.save(question);
  let answer: Answer | undefined;
  let isOver = false;
  let wake: () => void = () => undefined;
  /** Serializes the writes, so that two of them never race for the file. */
  let saving = Promise.resolve();
  const shown: AskedQuestion[] = [];
  const stop = new AbortController();
  const asking = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;

  const answered = new Promise<void>((resolve) => (wake = resolve));
  const asks = channels.map(askOn);
  const allFailed = Promise.all(asks).then((reached) => {
    if (reached.some(Boolean)) return new Promise<never>(() => undefined);
    return 'nobody-asked' as const;
  });
  const timeUp = clock.sleepUntil(deadline, asking).then(async (isUp) => {
    // Let a send in progress finish even past the deadline, so that no half-sent question is left behind.
    const sent = Promise.all(asks);
    if (isUp) await withDeadline(sent, longestUnderWayMs, () => undefined, asking).catch(() => undefined);
  });
  const silence = await Promise.race([answered, allFailed, timeUp]);
  isOver = true;
  await storeEnd(silence === 'nobody-asked');
  const end = endNow();
  stop.abort(new Error('the question has ended'));
  const settling = Promise.all(shown.map((one) => settle(one, end)));
  if (end.kind === 'ready' && later) later(settling);
  else await settling;
  const via = 'via' in end ? end.via : undefined;
  log.info({ account: question.account, outcome: end.kind, via }, 'the question has ended');
  if (!answer) return { kind: 'unanswered', asked: (question.reached ?? []).length > 0 };
  const { decision } = answer;
  if (decision.kind === 'decline') return { kind: 'declined', via: answer.via };
  if (decision.kind === 'snooze') return { kind: 'snoozed', until: question.snoozedUntil ?? '', via: answer.via };
  return { ...decision, via: answer.via };

  /** @returns whether the channel shows the question */
  async function askOn(channel: AnswerChannel): Promise<boolean> {
    try {
      const asked = await channel.ask(question, {
        screenshot,
        onAnswer: (decision, via) => receive(decision, via ?? channel.via),
        signal: asking,
      });
      shown.push(asked);
      // The question ended while this channel was still sending.
      if (isOver) await settle(asked, endNow());
      else {
        const reached = [...(question.reached ?? []), channel.via];
        question = { ...question, reached, ...(asked.message ? { message: asked.message } : {}) };
        await save();
      }
      return true;
    } catch (error) {
      if (!asking.aborted) {
        log.warn({ err: error, channel: channel.via }, 'the question could not be asked on one channel');
      }
      return false;
    }
  }

  function receive(decision: Decision, via: AnswerVia): AnswerReceipt {
    if (answer) return { accepted: false, reason: 'already-answered' };
    if (isOver || clock.now() > deadline) return { accepted: false, reason: 'too-late' };
    answer = { decision, via };
    wake();
    return { accepted: true };
  }

  async function storeEnd(isNobodyAsked: boolean): Promise<void> {
    const now = clock.now();
    const answeredAt = new Date(now).toISOString();
    if (answer) {
      const { decision, via } = answer;
      question = { ...question, answeredVia: via, answeredAt, ...stateOf(decision, now) };
    } else if (isResolvedElsewhere()) return;
    else question = { ...question, state: 'unanswered', reached: isNobodyAsked ? [] : question.reached };
    await save();
  }

  function isResolvedElsewhere(): boolean {
    return signal?.reason === 'resolved-elsewhere';
  }

  function endNow(): QuestionEnd {
    if (!answer) return { kind: isResolvedElsewhere() ? 'resolved-elsewhere' : 'unanswered' };
    return endOf(answer, question);
  }

  /** A failed write is only logged: after the question was sent, an unsaved answer is still worth acting on. */
  function save(): Promise<void> {
    const saved = question;
    saving = saving
      .then(() => options.save(saved))
      .catch((error: unknown) => {
        log.error({ err: error, state: saved.state }, 'the state of the question could not be kept');
      });
    return saving;
  }

  async function settle(asked: AskedQuestion, end: QuestionEnd): Promise<void> {
    try {
      await asked.settle(end);
    } catch (error) {
      log.warn({ err: error }, 'a channel could not be told the end of the question');
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
