import { isDue, siteTime } from './is-due.js';
import { asksAgainAt } from './asks-again-at.js';
import {
  hasCode,
  isOpen,
  resolved,
  unanswered,
  type HandoffResult,
  type Question,
  type QuestionStore,
} from './question.js';
import type { IsoTime, Failure } from './outcome.js';
import type { CodeRequest } from './ports.js';
import { renewAccount, type RenewDeps, type RenewOptions } from './renew-account.js';
import type { ConsoleRunDeps } from './renewal.js';
import type { RenewalResult } from './renewal-result.js';

/** The account's lock, which a run holds. */
export interface HeldLock {
  readonly id: string;
  /** Rejects with a coded error when another run has taken the account over meanwhile. */
  requireHeld(): Promise<void>;
  /** The lock counts as held while the worker lives, too. */
  setWorker(pid: number | undefined): Promise<void>;
  /** Shown to commands that find the account locked. */
  setWaiting(since: IsoTime | undefined): Promise<void>;
  release(): Promise<void>;
}

export interface RunOptions extends RenewOptions {
  /** The person is at this machine, and has said ready by starting the command. */
  readonly personIsHere: boolean;
}

type Ask<For> = (cause: For, expiresAt: IsoTime | undefined, earlier: Question | undefined) => Promise<HandoffResult>;

export interface RunAccountDeps {
  readonly questions: Pick<QuestionStore, 'read' | 'write'>;
  /** Rejects with a coded error when another run holds the account. `waits`: for as long as that run may ask. */
  readonly lock: (waits: boolean) => Promise<HeldLock>;
  /** Reads answers that came while nothing listened; they are stored with the question. */
  readonly hearLateReply?: () => Promise<unknown>;
  /** Asks on all channels, and saves each state of the question. */
  readonly ask: Ask<Failure>;
  readonly askCode: Ask<CodeRequest>;
  readonly renewal: Omit<RenewDeps, 'requireHeld' | 'attempt' | 'askPerson' | 'askCode'>;
  /** See {@link ConsoleRunDeps.attempt}. */
  readonly attempt?: (lock: HeldLock) => ConsoleRunDeps['attempt'];
  /** How long after an unanswered question the owner may be asked again. */
  readonly askAgainAfterMs: number;
}

/**
 * One account, from its lock to a settled question:
 * 1. while a question is open, only publish a key that a killed run had seen: each try would provoke the site once more
 *    and ask the person twice;
 * 2. take the lock;
 * 3. renew, and ask the owner where a person is needed;
 * 4. settle the question by the result.
 */
export async function runAccount(options: RunOptions, deps: RunAccountDeps): Promise<RenewalResult> {
  const { now, log, store } = deps.renewal;
  if (!options.personIsHere && !options.dryRun) await deps.hearLateReply?.();
  // An open question does not hold up a person who forces a renewal: it is asked again.
  const isForced = options.force && !options.dryRun;
  const open = await stillWaiting(options, deps);
  const isSeen = (await store.readIntent())?.answer !== undefined;
  if (open && !isSeen && !isForced) return open;

  // Another run asks for the same forced renewal: wait for its end.
  const asked = isForced ? await deps.questions.read() : undefined;
  const joinedAt = asked?.forced && asked.state === 'asked' ? now() : undefined;
  let lock: HeldLock;
  try {
    lock = await deps.lock(joinedAt !== undefined);
  } catch (error) {
    // The run that holds the account looks after its key.
    if (open) return open;
    throw error;
  }
  // The time is for other commands to print: a disk that does not take it is no reason not to ask.
  const setWaiting = (since: IsoTime | undefined) =>
    lock.setWaiting(since).catch((error: unknown) => log.warn({ err: error }, 'the lock could not be updated'));
  const waiting = async <T>(work: () => Promise<T>): Promise<T> => {
    await setWaiting(new Date(now()).toISOString());
    return work().finally(() => setWaiting(undefined));
  };
  try {
    const record = joinedAt === undefined ? undefined : await store.readRecord();
    const { current } = record ?? {};
    if (record && current && joinedAt !== undefined && Date.parse(current.obtainedAt) > siteTime(record, joinedAt)) {
      return { kind: 'not-due', dueAt: isDue(record, now()).dueAt, expiresAt: current.expiresAt };
    }
    const result = await renewAccount(open && isSeen ? { ...options, force: false } : options, {
      ...deps.renewal,
      requireHeld: () => lock.requireHeld(),
      attempt: deps.attempt?.(lock),
      askPerson: async (failure, expiresAt) => {
        const earlier = await deps.questions.read();
        // The owner said ready, and the process that heard it died before it opened the browser.
        const isFresh = asksAgainAt(earlier, now(), deps.askAgainAfterMs) !== undefined;
        if (isFresh && earlier?.state === 'ready') return { kind: 'ready', via: earlier.answeredVia ?? 'card' };
        if (open && !isForced) return { kind: 'unanswered', asked: false };
        return waiting(() => deps.ask(failure, expiresAt, earlier));
      },
      askCode: async (request, expiresAt) => {
        const earlier = await deps.questions.read();
        return waiting(() => deps.askCode(request, expiresAt, earlier));
      },
    });
    await settleQuestion(result, deps);
    return result;
  } finally {
    await lock.release();
  }
}

async function stillWaiting(options: RunOptions, deps: RunAccountDeps): Promise<RenewalResult | undefined> {
  if (options.personIsHere) return undefined;
  const question = await deps.questions.read();
  const until = asksAgainAt(question, deps.renewal.now(), deps.askAgainAfterMs);
  if (!question || until === undefined || question.state === 'ready') return undefined;
  if (hasCode(question)) return undefined;
  const again = new Date(until).toISOString();
  return { kind: 'still-waiting', since: question.askedAt, asksAgainAt: again, what: question.detail };
}

/** Resolves the question when the key is in place. A question whose answer led to nothing may be asked again. */
async function settleQuestion(result: RenewalResult, deps: RunAccountDeps): Promise<void> {
  const question = await deps.questions.read();
  if (!isOpen(question)) return;
  // The challenge was cleared, else the console would not have taken the press.
  const isCleared = result.kind === 'failed' && result.failure.kind === 'not-seen';
  const isNotDue = result.kind === 'not-due' && question.forced !== true;
  if (isCleared || isNotDue || result.kind === 'renewed' || result.kind === 'unproved') {
    await deps.questions.write(resolved(question));
    return;
  }
  const isDoubtRefuted = question.state === 'doubted' && result.kind === 'person-needed';
  if (question.state === 'ready' || hasCode(question) || isDoubtRefuted) {
    // The window was opened or the code typed without success: the question waits again, from now on.
    await deps.questions.write(unanswered(question, deps.renewal.now()));
    deps.renewal.log.info({ againAfterMs: deps.askAgainAfterMs }, 'the question stays open');
  }
}
