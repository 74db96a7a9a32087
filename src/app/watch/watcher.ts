import type { AnswerChannel, Notice, Notifier } from '../../core/owner-ports.js';
import { isOpen, resolved, unanswered, type Question, type QuestionStore } from '../../core/question.js';
import type { Log } from '../../lib/log.js';
import { dueAtMs, inMachineTime, isDue } from '../../core/is-due.js';
import type { KeyFacts } from '../../core/key-record.js';
import type { Clock } from '../../lib/clock.js';
import { AccountMemory } from './account-memory.js';
import type { LazyListener } from '../lazy-listener.js';
import { WakeableTimer } from './wakeable-timer.js';
import { planAccount, type AccountFacts, type PlanRules } from '../../core/plan-account.js';
import type { ShownQuestions } from './shown-questions.js';
import { AppError, reasonText } from '../../lib/app-error.js';
import { noticeTexts } from '../../messages/notices.js';
import { inEach, same, type Language, type Text } from '../../messages/text.js';
import { watchLines } from '../../messages/watch.js';

const minuteMs = 60_000;
/** Another run holds the account. */
const heldExitCode = 4;
/** Changes by other processes are noticed this soon. */
const maxSleepMs = minuteMs;
/** After another run was found to hold the account. */
const heldRetryMs = minuteMs;
/** After a renewal that succeeded without a new key although one was due. */
const idleRetryMs = 10 * minuteMs;
/** After a renewal that did not record its end: the process could not start or was killed. */
const lostRetriesMs = [minuteMs, 5 * minuteMs, 30 * minuteMs, 120 * minuteMs];
const askRetriesMs = [minuteMs, 2 * minuteMs, 5 * minuteMs, 15 * minuteMs, 30 * minuteMs];
/** The shortest time between two checks of one session, whatever the result of the first. */
const keepAliveIntervalMs = 60 * minuteMs;

export interface AccountRecords {
  readonly record: KeyFacts;
  readonly hasIntent: boolean;
  readonly question?: Question;
  readonly lastRun?: NonNullable<AccountFacts['lastRun']> & { readonly message?: Text };
  /** When to deliver the current key to a consumer that does not have it. Epoch milliseconds. */
  readonly deliverAt?: number;
  /** When to check the session, in epoch milliseconds; absent if it is never checked. */
  readonly sessionCheckAt?: number;
  readonly isHeld: boolean;
}

/** What depends on the settings. Replaced as a whole when the settings are reloaded. */
export interface WatchServices extends PlanRules {
  readonly language: Language;
  /** The setting `session.keepAlive`; undefined if it is off. */
  readonly keepAliveMs?: number;
  readonly maxAtOnce: number;
  /** Undefined if Feishu is not set up. */
  readonly shown?: ShownQuestions;
  readonly notifier?: Notifier;
  readonly listener: LazyListener;
  /** Shows the questions of a renewal that keeps its page open for a code. */
  readonly channel?: AnswerChannel;
  readonly beat?: (signal: AbortSignal) => Promise<void>;
  /** Leaves the open questions as they are and closes the connection. Never rejects. */
  close(): Promise<void>;
}

export interface WatcherDeps {
  /** The enabled accounts, and the unreadable ones. */
  readonly accounts: () => Promise<readonly { readonly name: string; readonly error?: Error }[]>;
  readonly read: (account: string) => Promise<AccountRecords>;
  readonly questionsOf: (account: string) => Pick<QuestionStore, 'write'>;
  /**
   * Runs a renewal in its own process: unattended, or in a visible browser after the answer `ready`. Never rejects.
   * @returns its exit code; absent when it did not start or was killed
   */
  readonly renew: (
    account: string,
    kind: 'unattended' | 'headed' | 'deliver',
    signal: AbortSignal,
  ) => Promise<number | null | undefined>;
  readonly say: (account: string, text: Text) => void;
  readonly log: Log;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * The main loop: check every account, start whatever is due, sleep until the next event. Each check reads the
 * records again, so that it sees the renewals, answers and settings of other processes. The decision is
 * `planAccount`, which is pure, and the loop keeps no state that a restart would lose.
 */
export class Watcher {
  readonly timer: WakeableTimer;
  private readonly memories = new Map<string, AccountMemory>();
  private readonly busy = new Map<string, Promise<void>>();
  private renewals = 0;
  private isPaused = false;

  constructor(
    private readonly deps: WatcherDeps,
    public services: WatchServices,
  ) {
    this.timer = new WakeableTimer(deps.clock);
  }

  /** Resolves after the signal aborts and all work in progress has ended. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let next = this.deps.clock.now() + maxSleepMs;
      try {
        next = Math.min(next, await this.checkAccounts(signal));
      } catch (error) {
        this.deps.log.error({ err: error }, 'the accounts could not be read');
      }
      void this.services.beat?.(signal);
      await this.timer.sleepUntil(next, signal);
    }
    await Promise.all([...this.busy.values(), this.services.close()]);
  }

  /** Applies new settings. The open questions move to the new connection. */
  async replace(services: WatchServices): Promise<void> {
    // The order matters: the old connection marks a card as unheard, then the new one marks it as heard.
    this.isPaused = true;
    try {
      await this.services.close();
      this.services = services;
    } finally {
      this.isPaused = false;
      this.timer.wake();
    }
  }

  /** Call it once an answer is stored: the account is checked at once. */
  answered(account: string): void {
    this.memoryOf(account).retryAfter = 0;
    this.timer.wake();
  }

  /** Checks all accounts and starts whatever is due. @returns when the next event is due, in epoch milliseconds */
  async checkAccounts(signal: AbortSignal): Promise<number> {
    let next = Infinity;
    if (this.isPaused) return next;
    for (const { name, error: unreadable } of await this.deps.accounts()) {
      if (signal.aborted) break;
      if (this.busy.has(name)) continue;
      const memory = this.memoryOf(name);
      try {
        if (unreadable) throw unreadable;
        next = Math.min(next, await this.checkAccount(name, memory, signal));
        memory.lastProblem = undefined;
      } catch (error) {
        const problem = error instanceof AppError ? reasonText(error) : same(String((error as Error).message));
        if (memory.lastProblem === problem.en) continue;
        memory.lastProblem = problem.en;
        this.deps.say(name, problem);
        this.deps.log.error({ account: name, err: error }, 'the account could not be read');
      }
    }
    return next;
  }

  /** @returns when the next event is due; Infinity where the next regular check is soon enough */
  private async checkAccount(name: string, memory: AccountMemory, signal: AbortSignal): Promise<number> {
    const { shown, keepAliveMs, maxAtOnce } = this.services;
    const records = await this.deps.read(name);
    const { question, hasIntent } = records;
    const record = inMachineTime(records.record);
    const { current } = record;
    const now = this.deps.clock.now();
    // The run that holds the account will change its records.
    if (records.isHeld) return Infinity;

    const deliverAt = Math.max(records.deliverAt ?? Infinity, memory.deliverRetryAfter);
    if (deliverAt <= now) return this.start(name, this.deliver(name, signal));

    const madeAt = records.record.current?.obtainedAt ?? '';
    if (memory.key !== madeAt) {
      memory.key = madeAt;
      memory.firstSeenAt = now;
      memory.jitterFraction = this.deps.random();
    }
    const due = isDue(record, now);
    const times = { now, obtainedAt: current && Date.parse(current.obtainedAt), dueAt: current && dueAtMs(current) };
    const asking = { canAsk: shown !== undefined, isListening: shown?.isListening(question) === true };
    const plan = planAccount({ ...records, ...memory, ...times, ...asking, due }, this.services);
    const at = plan.step === 'listen' || plan.step === 'resolve' ? plan.at : Math.max(plan.at, memory.retryAfter);
    const isFull = this.renewals >= maxAtOnce;
    if (at > now) {
      // The question covers the session, too, and a check while a key is due would renew the key early.
      const mayCheck = keepAliveMs !== undefined && !isOpen(question) && !hasIntent && !due.due;
      const checkAt = mayCheck ? Math.max(records.sessionCheckAt ?? Infinity, memory.keepAliveFrom) : Infinity;
      if (checkAt > now) return Math.min(at, deliverAt, checkAt);
      return isFull ? Infinity : this.start(name, this.keepAlive(name, signal));
    }
    if (plan.step === 'renew' || plan.step === 'open') {
      const kind = plan.step === 'open' ? 'headed' : 'unattended';
      return isFull ? Infinity : this.start(name, this.renew(name, kind, signal));
    }
    if (!question) return Infinity;
    if (plan.step === 'ask') return this.start(name, this.ask(question, signal));
    if (plan.step === 'listen') shown?.listen(question);
    else await this.deps.questionsOf(name).write(resolved(question));
    this.timer.wake();
    return Infinity;
  }

  /** Its end wakes the loop. */
  private start(account: string, work: Promise<void>): number {
    const job = work
      .catch((error: unknown) => this.deps.log.error({ account, err: error }, 'work for an account failed'))
      .finally(() => {
        this.busy.delete(account);
        this.timer.wake();
      });
    this.busy.set(account, job);
    return Infinity;
  }

  private async renew(account: string, kind: 'unattended' | 'headed', signal: AbortSignal): Promise<void> {
    const { now } = this.deps.clock;
    const memory = this.memoryOf(account);
    const startedAt = now();
    memory.lastTriedAt = startedAt;
    this.deps.say(account, kind === 'headed' ? watchLines.opening : watchLines.renewing);
    const exitCode = await this.runRenewal(account, kind, signal);
    if (signal.aborted) return;
    const after = await this.deps.read(account);
    const recorded = after.lastRun && after.lastRun.endedAt >= startedAt ? after.lastRun : undefined;
    if (exitCode === heldExitCode) memory.retryAfter = now() + heldRetryMs;
    else if (exitCode === 0 || recorded) {
      memory.lostRuns = 0;
      // The renewal changed nothing, and would change nothing if repeated at once.
      if (exitCode === 0 && after.record.current?.obtainedAt === memory.key) memory.retryAfter = now() + idleRetryMs;
    } else memory.retryAfter = now() + stepOf(lostRetriesMs, memory.lostRuns++);
    // The person answered `ready` and is waiting, but the renewal failed: reopen the question and tell the person.
    const question = after.question;
    const hasFailed = exitCode !== 0 && exitCode !== heldExitCode;
    if (kind === 'headed' && hasFailed && isOpen(question)) {
      await this.deps.questionsOf(account).write({ ...unanswered(question, now()), reminders: 0 });
      await this.services.notifier?.notify(unfinishedNotice(question, recorded?.message, this.services.language));
    }
  }

  /** Counts the renewals that run: each may start a browser. */
  private async runRenewal(account: string, kind: 'unattended' | 'headed', signal: AbortSignal) {
    this.renewals += 1;
    try {
      return await this.deps.renew(account, kind, signal);
    } finally {
      this.renewals -= 1;
    }
  }

  /** Starts the same run as a renewal. The run finds that the key is not due and checks the session. */
  private async keepAlive(account: string, signal: AbortSignal): Promise<void> {
    this.memoryOf(account).keepAliveFrom = this.deps.clock.now() + keepAliveIntervalMs;
    await this.runRenewal(account, 'unattended', signal);
  }

  /** The delivery record has its own back-off. This one is for a process that cannot write it or decrypt the key. */
  private async deliver(account: string, signal: AbortSignal): Promise<void> {
    const memory = this.memoryOf(account);
    memory.deliverRetryAfter = this.deps.clock.now() + minuteMs;
    this.deps.say(account, watchLines.delivering);
    const exitCode = await this.deps.renew(account, 'deliver', signal);
    if (exitCode === heldExitCode) return;
    if (exitCode === 0) memory.failedDeliveries = 0;
    else memory.deliverRetryAfter = this.deps.clock.now() + stepOf(lostRetriesMs, memory.failedDeliveries++);
  }

  private async ask(question: Question, signal: AbortSignal): Promise<void> {
    const memory = this.memoryOf(question.account);
    const isSeen = (await this.services.shown?.show(question, signal)) === true;
    if (signal.aborted) return;
    if (isSeen) memory.failedAsks = 0;
    else memory.retryAfter = this.deps.clock.now() + stepOf(askRetriesMs, memory.failedAsks++);
    this.deps.say(question.account, (isSeen ? watchLines.asked : watchLines.notAsked)(question.detail));
  }

  private memoryOf(account: string): AccountMemory {
    const memory = this.memories.get(account) ?? new AccountMemory();
    this.memories.set(account, memory);
    return memory;
  }
}

/** The last value repeats. */
const stepOf = (steps: readonly number[], count: number): number => steps[count] ?? steps.at(-1) ?? minuteMs;

/** The notice after a headed run that did not renew: the person answered, and is waiting. */
function unfinishedNotice(question: Question, problem: Text | undefined, language: Language): Notice {
  // The owner has no use for vendor and path.
  const { detail, seen = detail } = question;
  const why = problem && inEach((each) => problem[each].replace(detail[each], () => seen[each]));
  return {
    level: 'failure',
    account: question.account,
    siteTitle: question.siteTitle,
    title: noticeTexts.unfinished[language],
    lines: [
      ...(why === undefined ? [] : [noticeTexts.why(why)[language]]),
      noticeTexts.remindedLater[language],
      { command: `keyturn unblock ${question.account}` },
    ],
  };
}
