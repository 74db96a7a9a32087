import type { Log } from '../lib/log.js';
import type { Step } from '../messages/progress.js';
import { pageOf } from './challenge-names.js';
import type { RotationReason } from './decide-rotation.js';
import type { HeldKeys, KeyStore } from './held-keys.js';
import { isDue, isTimeDoubtful, siteTime, type DueDecision } from './is-due.js';
import type { Attempt, Dismissed, Failure, IsoTime, Method } from './outcome.js';
import type {
  CodeAnswer,
  CodeRequest,
  ConsoleSession,
  OpenConsoleOptions,
  PersonAtBrowser,
  ShownExpiry,
  Verification,
} from './ports.js';
import type { HandoffResult } from './question.js';
import type { RenewalResult } from './renewal-result.js';

/** What every run at a console needs, a renewal and a sign-in alike; for an account whose lock the caller holds. */
export interface ConsoleRunDeps {
  readonly store: KeyStore;
  /** Rejects with a coded error when another run has taken the account over. Absent: the lock cannot be lost. */
  readonly requireHeld?: () => Promise<void>;
  /** Runs a method in a worker, which writes the keys itself. Absent: every method runs in this process. */
  readonly attempt?: (renewal: Renewal, method: Exclude<Method, 'http'>) => Promise<Attempt<RenewalResult>>;
  readonly openConsole: (options: OpenConsoleOptions) => Promise<Attempt<ConsoleSession>>;
  readonly verify: (key: string) => Promise<Verification>;
  /** The person who said ready, or who started a headed run. */
  readonly personAtBrowser?: () => PersonAtBrowser;
  readonly onStep: (method: Method, step: Step) => void;
  readonly history: (event: string, details: object) => Promise<void>;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
  /** Asks the owner for a code while its page stays open. Absent: a code prompt is like any other challenge. */
  readonly askCode?: (request: CodeRequest, expiresAt: IsoTime | undefined) => Promise<HandoffResult>;
  /** Called when the key is due and before the press. Rejects with a coded error if no new key could be delivered. */
  readonly preflight?: (reason: RotationReason, keys: HeldKeys) => Promise<void>;
  /** Called once, if the clocks differ by more than two minutes; positive when this machine's is ahead. */
  readonly onClockSkew?: (skewMs: number) => void;
  /** Reports an expiry that was not understood or makes no sense, once a text. Returns the text without secrets. */
  readonly onUnreadExpiry?: (text: string) => string;
}

export interface RenewDeps extends ConsoleRunDeps {
  /** Asks the owner, while no browser is open. */
  readonly askPerson: (failure: Failure, expiresAt: IsoTime | undefined) => Promise<HandoffResult>;
  /** Called once, before the console is opened for a key that is due. Never rejects. */
  readonly onDue?: (expiresAt: IsoTime | undefined) => Promise<void>;
}

export interface RenewOptions {
  readonly runId: string;
  /** A key's life by the site profile, from issue to expiry. */
  readonly lifetimeMs?: number;
  /** The site profile's renewal interval for keys that do not expire. */
  readonly everyMs?: number;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Cheapest first. A person sits at the last one when it is `headed`. */
  readonly methods: readonly Method[];
  /** Renews the session although the key may not be due. */
  readonly signIn?: boolean;
}

/** The state of one renewal: what the run has measured, and what the owner has said. */
export class Renewal {
  readonly dismissed: Dismissed[] = [];
  /** An answer of this run has shown the site's clock. */
  isClockMeasured = false;
  /** Reads the console whatever the record says. */
  isRecordDoubtful = false;
  /** The owner's answer to a page that waited for a code, when it was no code. */
  handoff: HandoffResult | undefined;
  private unread: { readonly shown: string; readonly text: string } | undefined;
  private readonly closings = new WeakMap<ConsoleSession, Promise<void>>();

  constructor(
    readonly options: RenewOptions,
    readonly deps: ConsoleRunDeps,
    readonly keys: HeldKeys,
  ) {}

  /** Epoch milliseconds by the site's clock, as far as the difference was measured. */
  now(): number {
    return siteTime(this.keys.record, this.deps.now());
  }

  /** The record contradicts this machine's clock, and no answer has shown which is wrong. */
  isTimeDoubtful(): boolean {
    return !this.isClockMeasured && isTimeDoubtful(this.keys.record, this.deps.now());
  }

  /** The result with the record as it is now. */
  end(result: RenewalResult): RenewalResult {
    return { ...result, record: this.keys.record };
  }

  due(): DueDecision {
    const { keys } = this;
    const decision = isDue(keys.record, this.deps.now(), { force: this.options.force });
    // A rotation whose end is unknown makes the record doubtful too.
    return (keys.intent || this.isRecordDoubtful) && !decision.due
      ? { due: true, reason: 'expiry-unknown', expiresAt: decision.expiresAt }
      : decision;
  }

  /** Reports an expiry that was not understood, once. Returns it without secrets. */
  reportUnread({ unreadExpiry: shown }: ShownExpiry): string | undefined {
    if (shown === undefined) return undefined;
    if (this.unread?.shown !== shown) this.unread = { shown, text: this.deps.onUnreadExpiry?.(shown) ?? '' };
    return this.unread.text;
  }

  /** Notes how far this machine's clock is ahead, and remembers it in the record; 0 within two minutes. */
  async setClock(aheadMs: number | undefined): Promise<void> {
    if (aheadMs === undefined) return;
    const { keys, deps, options } = this;
    if (aheadMs !== 0 && !this.isClockMeasured) deps.onClockSkew?.(aheadMs);
    this.isClockMeasured = true;
    if (aheadMs === 0 && !keys.record.clock) return;
    const measuredAt = new Date(deps.now()).toISOString();
    const record = { ...keys.record, clock: aheadMs === 0 ? undefined : { aheadMs, measuredAt } };
    keys.record = record;
    if (options.dryRun) return;
    // It is measured anew by each run.
    const warn = (error: unknown) => deps.log.warn({ err: error }, 'the difference of the clocks could not be saved');
    await keys.writeRecord(record).catch(warn);
  }

  /** Asks for the code of an open page; any other answer is kept as {@link handoff}. */
  async askCode(request: CodeRequest): Promise<CodeAnswer> {
    const handoff = await this.deps.askCode?.(request, this.due().expiresAt);
    if (handoff?.kind !== 'code' && handoff?.kind !== 'resend') {
      this.handoff = handoff;
      return { kind: 'left' };
    }
    await this.deps.history('answer', { answer: handoff.kind, via: handoff.via });
    return handoff.kind === 'code' ? { kind: 'code', digits: handoff.digits } : { kind: 'resend' };
  }

  /** Saves the login and closes the session, once. Never rejects. */
  close(session: ConsoleSession): Promise<void> {
    const closeOnce = async () => {
      try {
        await session.saveCheckpoint();
      } catch (error) {
        // The key matters more than the login: a lost checkpoint costs a sign-in, a lost key an outage.
        this.deps.log.warn({ err: error }, 'the session checkpoint could not be saved');
      }
      await session.close();
    };
    const closing = this.closings.get(session) ?? closeOnce();
    this.closings.set(session, closing);
    return closing;
  }

  /** Notes a false alarm. False when the challenge was not judged by looks, or was dismissed before. */
  dismiss({ challenge }: Failure & { kind: 'challenge' | 'signed-out' }): boolean {
    if (!challenge?.byLooks) return false;
    const { kind } = challenge;
    const page = pageOf(challenge);
    if (this.dismissed.some((known) => known.kind === kind && known.page === page)) return false;
    this.dismissed.push({ kind, page });
    return true;
  }
}
