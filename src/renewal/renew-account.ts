import { AppError, appError } from '../errors/app-error.js';
import { renewalErrors } from '../errors/renewal-errors.js';
import type { HandoffResult } from '../handoff/question.js';
import type { Log } from '../log.js';
import { decideRotation, type RotationDecision, type RotationReason } from './decide-rotation.js';
import { isDue, type DueDecision, type DueReason } from './is-due.js';
import { type KeyRecord, type KnownKey, type RotationIntent } from './key-record.js';
import { pageOf } from './challenge-names.js';
import type { Attempt, Dismissed, IsoTime, Rung, Stop } from './outcome.js';
import type {
  CodeAnswer,
  CodeRequest,
  ConsoleReading,
  ConsoleSession,
  NewKey,
  OpenRungOptions,
  PersonAtBrowser,
  Proof,
} from './ports.js';
import { proveAndPublish, type Made } from './prove-and-publish.js';
import type { RenewalResult } from './renewal-result.js';
import { writeAheadHooks, type KeyStore, type RotationContext } from './rotation.js';

export interface RenewDeps {
  readonly store: KeyStore;
  readonly openRung: (options: OpenRungOptions) => Promise<Attempt<ConsoleSession>>;
  readonly prove: (key: string) => Promise<Proof>;
  /** Asks the owner, while no browser is open. */
  readonly askPerson: (stop: Stop, expiresAt: IsoTime | undefined) => Promise<HandoffResult>;
  /** Asks the owner for a code, while the page that wants it stays open. Absent: such a page is like any other challenge. */
  readonly askCode?: (request: CodeRequest, expiresAt: IsoTime | undefined) => Promise<HandoffResult>;
  /** The person who said ready, or who started a headed run. */
  readonly personAtBrowser: () => PersonAtBrowser;
  /** Asked when the key is due and again before the press: rejects with a coded error when a new key could not be delivered. */
  readonly preflight?: (reason: DueReason | RotationReason) => Promise<void>;
  /** Told once, before the console is opened for a key that is due. Never rejects. */
  readonly onDue?: () => Promise<void>;
  readonly onStep: (rung: Rung, step: string) => void;
  readonly history: (event: string, details: object) => Promise<void>;
  readonly log: Log;
  readonly now: () => number;
  readonly newId: () => string;
  readonly signal?: AbortSignal;
}

export interface RenewOptions {
  readonly runId: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Cheapest first; a person sits at the last one when it is `headed`. */
  readonly rungs: readonly Rung[];
  /** The session is to be renewed, whether or not the key is due. */
  readonly signIn?: boolean;
  /** As the site profile says. */
  readonly lifetimeMs?: number;
}

/** What a rung came to: a result that ends the run, or a stop after which the next rung may be tried. */
type Climb = { readonly end: RenewalResult } | { readonly stop: Stop; readonly rung: Rung };

/**
 * One renewal for one account, whose lock the caller holds:
 * 1. settle an interrupted rotation whose key was seen: publish it, done;
 * 2. due? else done;
 * 3. climb the rungs: read the console, decide (rotate, adopt, keep), rotate write-ahead, prove, publish;
 * 4. if a person is needed: close everything, ask, and when they are ready do the same in a visible browser.
 */
export async function renewAccount(options: RenewOptions, deps: RenewDeps): Promise<RenewalResult> {
  const renewal = new Renewal(options, deps);
  const settled = await renewal.settleSeenKey();
  // A key that is dead although it was just made was made anew elsewhere since: the console knows.
  const isDead = settled?.kind === 'unproved' && !settled.oldKeyWorks;
  if (settled && !isDead && !options.force) return settled;
  if (isDead) renewal.doubtRecord();

  const due = await renewal.due();
  if (!due.due && !options.signIn) return { kind: 'not-due', dueAt: due.dueAt, expiresAt: due.expiresAt };
  deps.log.info({ reason: due.due ? due.reason : 'sign-in', expiresAt: due.expiresAt }, 'renewal is due');
  if (due.due) {
    await deps.preflight?.(due.reason);
    await deps.onDue?.();
  }

  let climb = await renewal.climb(options.rungs);
  for (;;) {
    if ('end' in climb) return isDead && climb.end.kind === 'not-due' ? settled : climb.end;
    const { stop, rung } = climb;
    if (stop.kind !== 'challenge' && stop.kind !== 'signed-out') return renewal.stopped(climb);
    if (rung === 'headed' || options.dryRun) {
      return { kind: 'person-needed', stop, rung, handoff: { kind: 'unanswered', asked: rung === 'headed' } };
    }

    const handoff = renewal.takeHandoff() ?? (await deps.askPerson(stop, due.expiresAt));
    await deps.history('answer', { answer: handoff.kind, via: 'via' in handoff ? handoff.via : undefined });
    if (handoff.kind === 'ready') climb = await renewal.climb(['headed']);
    else if (handoff.kind === 'not-a-check' && renewal.dismiss(stop)) climb = await renewal.climb([rung]);
    else return { kind: 'person-needed', stop, rung, handoff };
  }
}

class Renewal {
  private readonly context: RotationContext;
  /** A lost answer may cost one further rotation, never a series. */
  private lostAnswers = 0;
  /** What the owner said while a page waited for a code, when it was no code. */
  private handoff: HandoffResult | undefined;
  private readonly dismissed: Dismissed[] = [];
  private isRecordDoubtful = false;
  private readonly left = new WeakMap<ConsoleSession, Promise<void>>();

  constructor(
    private readonly options: RenewOptions,
    private readonly deps: RenewDeps,
  ) {
    this.context = {
      store: deps.store,
      runId: options.runId,
      lifetimeMs: options.lifetimeMs,
      now: deps.now,
      newId: deps.newId,
    };
  }

  /** A key that a killed run had already seen needs no console, only publishing. */
  async settleSeenKey(): Promise<RenewalResult | undefined> {
    const intent = await this.deps.store.readIntent();
    if (!intent?.answer) return undefined;
    this.deps.log.warn(
      { intentId: intent.id, startedAt: intent.startedAt },
      'publishing the key of an interrupted rotation',
    );
    return this.prove(
      { ...intent.answer, seenIn: 'answer' },
      { rung: intent.rung, how: 'settled', seenAt: intent.answer.seenAt },
    );
  }

  /** From now on the console is read whatever the record says. */
  doubtRecord(): void {
    this.isRecordDoubtful = true;
  }

  async due(): Promise<DueDecision> {
    const record = await this.deps.store.readRecord();
    const intent = await this.deps.store.readIntent();
    const decision = isDue(record, this.deps.now(), { force: this.options.force });
    // A rotation of unknown end makes the record doubtful, too.
    return (intent || this.isRecordDoubtful) && !decision.due
      ? { due: true, reason: 'expiry-unknown', expiresAt: decision.expiresAt }
      : decision;
  }

  async climb(rungs: readonly Rung[]): Promise<Climb> {
    let last: { stop: Stop; rung: Rung } | undefined;
    for (const rung of rungs) {
      this.deps.signal?.throwIfAborted();
      const result = await this.tryRung(rung);
      if ('end' in result) return result;
      last = result;
      this.deps.log.warn({ rung, stop: result.stop.kind, detail: result.stop.detail }, 'rung ended without a key');
      // Blocked, closed or out of reach is the same for every rung; what only looks odd over HTTP may be fine in the browser.
      if (result.stop.kind === 'refused' || result.stop.kind === 'gone' || result.stop.kind === 'unreachable') break;
    }
    return last ?? { rung: 'http', stop: { kind: 'drift', detail: 'No way to renew is set up for this account.' } };
  }

  takeHandoff(): HandoffResult | undefined {
    const { handoff } = this;
    this.handoff = undefined;
    return handoff;
  }

  /** False when it was no judgement by looks, or was called a mistake before. */
  dismiss({ challenge }: Stop & { kind: 'challenge' | 'signed-out' }): boolean {
    if (!challenge?.byLooks) return false;
    const { kind } = challenge;
    const page = pageOf(challenge);
    if (this.dismissed.some((known) => known.kind === kind && known.page === page)) return false;
    this.dismissed.push({ kind, page });
    return true;
  }

  private async askCode(request: CodeRequest): Promise<CodeAnswer> {
    const handoff = await this.deps.askCode?.(request, (await this.due()).expiresAt);
    if (handoff?.kind !== 'code' && handoff?.kind !== 'resend') {
      this.handoff = handoff;
      return { kind: 'left' };
    }
    await this.deps.history('answer', { answer: handoff.kind, via: handoff.via });
    return handoff.kind === 'code' ? { kind: 'code', digits: handoff.digits } : { kind: 'resend' };
  }

  async stopped({ stop, rung }: { stop: Stop; rung: Rung }): Promise<RenewalResult> {
    return { kind: 'stopped', stop, rung, rotationUnsettled: (await this.deps.store.readIntent()) !== undefined };
  }

  private async tryRung(rung: Rung): Promise<Climb> {
    const person = rung === 'headed' ? this.deps.personAtBrowser() : undefined;
    const opened = await this.deps.openRung({
      rung,
      person,
      codes:
        rung === 'headless' && this.deps.askCode && !this.options.dryRun
          ? { ask: (request) => this.askCode(request) }
          : undefined,
      dismissed: this.dismissed,
      signal: this.deps.signal,
      onStep: (step) => this.deps.onStep(rung, step),
    });
    if (!opened.ok) return { stop: opened.stop, rung };
    const session = opened.value;
    try {
      const result = await this.work(session);
      if ('end' in result) await this.leave(session);
      return result;
    } finally {
      await session.close();
    }
  }

  private async work(session: ConsoleSession): Promise<Climb> {
    const { rung } = session;
    const reading = await session.read();
    if (!reading.ok) return { stop: reading.stop, rung };
    if (this.options.signIn) await this.deps.history('signed-in', { rung });
    const decision = await this.decide(reading.value);
    this.deps.log.info(
      { rung, decision: decision.action, reason: 'reason' in decision ? decision.reason : undefined },
      'console read',
    );

    if (this.options.dryRun) return this.rehearse(session, decision);
    if (decision.action === 'keep') return { end: await this.keep(decision.expiresAt) };
    if (decision.action === 'adopt') {
      const adopted = await this.prove(
        { key: decision.key, expiresAt: decision.expiresAt, seenIn: 'page' },
        { rung, how: 'adopted' },
      );
      // A key that the service refuses is worth nothing: make one.
      if (adopted.kind !== 'unproved') return { end: adopted };
      return this.rotate(session, reading.value, 'expired');
    }
    return this.rotate(session, reading.value, decision.reason);
  }

  private async rotate(session: ConsoleSession, reading: ConsoleReading, reason: RotationReason): Promise<Climb> {
    const { rung } = session;
    const hooks = writeAheadHooks(this.context, rung, reading);
    await this.deps.preflight?.(reason);
    await this.deps.history('rotate', { rung, reason });
    const rotated = await session.rotate(reading, hooks);
    // The hook has the key on disk before the session says a word, so a late failure of the session is no loss.
    const answer = rotated.ok ? rotated.value : seenKey(hooks.intent());
    if (answer) {
      // The console has nothing more to say, so it is left while the service is asked about the key.
      const left = this.leave(session);
      try {
        const made: Made = { rung, how: 'rotated', reason, seenAt: hooks.intent()?.answer?.seenAt };
        return { end: await this.prove(answer, made) };
      } catch (error) {
        if (hooks.isKeyKept() || !(error instanceof AppError)) throw error;
        throw appError(renewalErrors.keyNotKept, { detail: error.message }, { cause: error });
      } finally {
        await left;
      }
    }
    if (rotated.ok) return { rung, stop: { kind: 'drift', detail: 'The console rotated without showing a key.' } };
    if (rotated.sent === 'no') {
      await this.deps.store.removeIntent();
      return { rung, stop: rotated.stop };
    }
    if (rotated.stop.kind !== 'unreachable' && rotated.stop.kind !== 'drift') return { rung, stop: rotated.stop };
    this.lostAnswers += 1;
    this.deps.log.warn(
      { rung, stop: rotated.stop.kind, lostAnswers: this.lostAnswers },
      'the answer to a rotation was lost',
    );
    return this.lostAnswers > 1 ? { rung, stop: rotated.stop } : this.settleLostAnswer(session, rotated.stop);
  }

  /** The press may have reached the server: only the console knows. */
  private async settleLostAnswer(session: ConsoleSession, stop: Stop): Promise<Climb> {
    const { rung } = session;
    const reading = await session.read();
    if (!reading.ok) return { rung, stop: reading.stop.kind === 'unreachable' ? stop : reading.stop };
    const decision = await this.decide(reading.value);
    if (decision.action === 'adopt') {
      return {
        end: await this.prove(
          { key: decision.key, expiresAt: decision.expiresAt, seenIn: 'page' },
          { rung, how: 'rotated', reason: 'answer-lost' },
        ),
      };
    }
    if (decision.action === 'keep') return { end: await this.keep(decision.expiresAt) };
    return this.rotate(session, reading.value, decision.reason);
  }

  private async decide(reading: ConsoleReading): Promise<RotationDecision> {
    const record = await this.deps.store.readRecord();
    const intent = await this.deps.store.readIntent();
    return decideRotation({
      record,
      reading,
      intent,
      dueWith: (expiresAt, isCurrent) => this.dueWith(record, reading, expiresAt, isCurrent),
    });
  }

  private dueWith(
    record: KeyRecord,
    reading: ConsoleReading,
    expiresAt: IsoTime | undefined,
    isCurrent: boolean,
  ): DueDecision {
    const current = isCurrent ? record.current : undefined;
    const key: KnownKey = {
      key: current?.key ?? reading.key ?? '',
      obtainedAt: current?.obtainedAt ?? new Date(this.deps.now()).toISOString(),
      obtainedBy: current?.obtainedBy ?? 'adopted',
      expiresAt: expiresAt ?? current?.expiresAt,
      lifetimeMs: this.options.lifetimeMs ?? current?.lifetimeMs,
      runId: this.options.runId,
    };
    return isDue({ version: 1, current: key, previous: [] }, this.deps.now(), { force: this.options.force });
  }

  /** The console vouches for the current key; its word on the expiry is newer than the record's. */
  private async keep(expiresAt: IsoTime | undefined): Promise<RenewalResult> {
    const record = await this.deps.store.readRecord();
    const current = record.current;
    if (current && expiresAt !== undefined && (expiresAt !== current.expiresAt || current.lifetimeMs === undefined)) {
      await this.deps.store.writeRecord({
        ...record,
        current: { ...current, expiresAt, lifetimeMs: this.options.lifetimeMs ?? current.lifetimeMs },
      });
    }
    await this.deps.store.removeIntent();
    const decision = isDue(await this.deps.store.readRecord(), this.deps.now());
    return decision.due
      ? { kind: 'not-due', expiresAt: decision.expiresAt }
      : { kind: 'not-due', dueAt: decision.dueAt, expiresAt: decision.expiresAt };
  }

  private async rehearse(session: ConsoleSession, decision: RotationDecision): Promise<Climb> {
    const { rung } = session;
    const record = await this.deps.store.readRecord();
    if (decision.action !== 'rotate') {
      const would = decision.action === 'adopt' ? 'adopt the key that the console shows' : 'keep the current key';
      return {
        end: { kind: 'rehearsed', rung, would, reason: 'no rotation is needed', expiresAt: decision.expiresAt },
      };
    }
    const rehearsed = await session.rehearse();
    if (!rehearsed.ok) return { rung, stop: rehearsed.stop };
    return {
      end: {
        kind: 'rehearsed',
        rung,
        would: rehearsed.value,
        reason: decision.reason,
        expiresAt: record.current?.expiresAt,
      },
    };
  }

  private prove(key: NewKey, made: Made): Promise<RenewalResult> {
    return proveAndPublish(this.context, this.deps, key, made);
  }

  /** Saves the login and closes the session, once. Never rejects. */
  private leave(session: ConsoleSession): Promise<void> {
    let left = this.left.get(session);
    if (!left) {
      left = (async () => {
        try {
          await session.saveCheckpoint();
        } catch (error) {
          // The key matters more than the login: a lost checkpoint costs a sign-in, a lost key an outage.
          this.deps.log.warn({ err: error }, 'the session checkpoint could not be saved');
        }
        await session.close();
      })();
      this.left.set(session, left);
    }
    return left;
  }
}

function seenKey(intent: RotationIntent | undefined): NewKey | undefined {
  return intent?.answer && { key: intent.answer.key, expiresAt: intent.answer.expiresAt, seenIn: 'answer' };
}
