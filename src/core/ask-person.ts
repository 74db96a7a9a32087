import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import { withDeadline } from '../lib/with-deadline.js';
import { OpenQuestion, type Showing } from './open-question.js';
import type { HandoffResult, Question, QuestionStore } from './question.js';

export interface AskPersonOptions extends Pick<Showing, 'channels' | 'screenshot'> {
  /** Fresh, or the stored question with a new nonce and deadline. */
  readonly question: Question;
  readonly store: QuestionStore;
  readonly clock: Clock;
  /** After an abort the question is unanswered. */
  readonly signal?: AbortSignal;
  /** Runs what remains after the answer `ready` in the background: the browser opens at once. Must not reject. */
  readonly later?: (work: Promise<unknown>) => void;
  readonly log: Log;
}

/** How long after the deadline a send in progress may still take. */
const longestUnderWayMs = 10_000;

/** Asks on all channels at once and waits for an answer. Rejects only if the question cannot be stored first. */
export async function askPerson(options: AskPersonOptions): Promise<HandoffResult> {
  const { question, store, channels, screenshot, clock, signal, later, log } = options;
  await store.write(question);
  const open = new OpenQuestion(question, store, clock, log);
  const stop = new AbortController();
  const asking = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const shown = open.show({ channels, screenshot, signal: asking });
  const nobody = shown.then((isShown) => isShown || 'nobody');
  const timeUp = clock.sleepUntil(Date.parse(question.deadlineAt), asking).then(async (isUp) => {
    // Let a send in progress finish even past the deadline, so that no half-sent question is left behind.
    if (isUp) await withDeadline(shown, longestUnderWayMs, () => undefined, asking).catch(() => undefined);
  });
  const isOver = Promise.race([open.over, timeUp]);
  const isNobodyAsked = (await Promise.race([isOver, nobody])) === 'nobody';
  if (!isNobodyAsked) await isOver;
  await open.storeEnd(isNobodyAsked ? [] : undefined);
  stop.abort(new Error('the question has ended'));
  const { answer, end } = open;
  const settling = open.settle();
  if (end?.kind === 'ready' && later) later(settling);
  else await settling;
  log.info({ account: question.account, outcome: end?.kind, via: answer?.via }, 'the question has ended');
  if (!answer || !end) return { kind: 'unanswered', asked: (open.question.reached ?? []).length > 0 };
  return { ...answer.decision, ...end } as HandoffResult;
}
