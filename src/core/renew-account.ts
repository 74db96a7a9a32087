import { AppError, appError } from '../errors/app-error.js';
import { renewalErrors } from '../errors/renewal-errors.js';
import type { HandoffResult } from './question.js';
import type { Log } from '../lib/log.js';
import { decideRotation, type RotationDecision, type RotationReason } from './decide-rotation.js';
import { isBelowFloor, isDue, type DueDecision, type DueReason } from './is-due.js';
import { type KeyRecord, type KnownKey, type RotationIntent } from './key-record.js';
import { pageOf } from './challenge-names.js';
import type { Attempt, Dismissed, IsoTime, Method, Failure } from './outcome.js';
import type {
  CodeAnswer,
  CodeRequest,
  ConsoleReading,
  ConsoleSession,
  NewKey,
  OpenConsoleOptions,
  PersonAtBrowser,
  Verification,
  RotateResult,
} from './ports.js';
import { verifyAndPublish, type Made } from './verify-and-publish.js';
import type { RenewalResult } from './renewal-result.js';
import {
  recordPressEnd,
  withConsoleExpiry,
  writeAheadHooks,
  type KeyStore,
  type ProfileLife,
  type RotationContext,
} from './rotation.js';

export interface RenewDeps {
  readonly store: KeyStore;
  readonly openConsole: (options: OpenConsoleOptions) => Promise<Attempt<ConsoleSession>>;
  readonly verify: (key: string) => Promise<Verification>;
  /** Asks the owner, while no browser is open. */
  readonly askPerson: (failure: Failure, expiresAt: IsoTime | undefined) => Promise<HandoffResult>;
  /** Asks the owner for a code, while the page that wants it stays open. Absent: such a page is like any other challenge. */
  readonly askCode?: (request: CodeRequest, expiresAt: IsoTime | undefined) => Promise<HandoffResult>;
  /** The person who said ready, or who started a headed run. */
  readonly personAtBrowser: () => PersonAtBrowser;
  /** Asked when the key is due and again before the press: rejects with a coded error when a new key could not be delivered. */
  readonly preflight?: (reason: DueReason | RotationReason) => Promise<void>;
  /** Called once, when this machine's clock was found more than two minutes off the site's; positive when ours is ahead. */
  readonly onClockSkew?: (skewMs: number) => void;
  /** Told once, before the console is opened for a key that is due. Never rejects. */
  readonly onDue?: () => Promise<void>;
  readonly onStep: (method: Method, step: string) => void;
  readonly history: (event: string, details: object) => Promise<void>;
  readonly log: Log;
  readonly now: () => number;
  readonly newId: () => string;
  readonly signal?: AbortSignal;
}

export interface RenewOptions extends ProfileLife {
  readonly runId: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Cheapest first; a person sits at the last one when it is `headed`. */
  readonly methods: readonly Method[];
  /** The session is to be renewed, whether or not the key is due. */
  readonly signIn?: boolean;
}

/** What to do at the console. `stop`: nothing, because of an earlier press. */
type Decision =
  Exclude<RotationDecision, { readonly action: 'unsettled' }> | { readonly action: 'stop'; readonly failure: Failure };

/** What a method came to: a result that ends the run, or a failure after which the next method may be tried. */
type MethodResult = { readonly end: RenewalResult } | { readonly failure: Failure; readonly method: Method };

/**
 * One renewal for one account, whose lock the caller holds:
 * 1. settle an interrupted rotation whose key was seen: publish it, done;
 * 2. due? else done;
 * 3. try the methods, cheapest first: read the console, decide (rotate, adopt, keep), rotate write-ahead, verify, publish;
 * 4. if a person is needed: close everything, ask, and when they are ready do the same in a visible browser.
 */
export async function renewAccount(options: RenewOptions, deps: RenewDeps): Promise<RenewalResult> {
  const renewal = new Renewal(options, deps);
  const result = await renew(renewal, options, deps);
  return renewal.clockSkewMs === 0 ? result : { ...result, clockSkewMs: renewal.clockSkewMs };
}

async function renew(renewal: Renewal, options: RenewOptions, deps: RenewDeps): Promise<RenewalResult> {
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

  let tried = await renewal.tryMethods(options.methods);
  for (;;) {
    if ('end' in tried) return isDead && tried.end.kind === 'not-due' ? settled : tried.end;
    const { failure, method } = tried;
    if (failure.kind !== 'challenge' && failure.kind !== 'signed-out') return renewal.failed(tried);
    if (method === 'headed' || options.dryRun) {
      return { kind: 'person-needed', failure, method, handoff: { kind: 'unanswered', asked: method === 'headed' } };
    }

    const handoff = renewal.takeHandoff() ?? (await deps.askPerson(failure, due.expiresAt));
    await deps.history('answer', { answer: handoff.kind, via: 'via' in handoff ? handoff.via : undefined });
    if (handoff.kind === 'ready') tried = await renewal.tryMethods(['headed']);
    else if (handoff.kind === 'not-a-check' && renewal.dismiss(failure)) tried = await renewal.tryMethods([method]);
    else return { kind: 'person-needed', failure, method, handoff };
  }
}

/** What calls for a new key whether or not the one in the record is due. */
const byConsoleAlone: readonly RotationReason[] = ['no-key', 'expired', 'changed-elsewhere'];
/** Failures after which no other method is tried: it would meet the same, or it must not repeat the press. */
const endsTheRun: readonly Failure['kind'][] = ['refused', 'gone', 'unreachable', 'not-seen'];

class Renewal {
  private readonly context: RotationContext;
  /** As the newest reading measured it; positive when this machine's clock is ahead. */
  clockSkewMs = 0;
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
      life: options,
      log: deps.log,
      now: () => this.now(),
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
    return this.verify(
      { ...intent.answer, seenIn: 'answer' },
      { method: intent.rung, how: 'settled', seenAt: intent.answer.seenAt },
    );
  }

  /** From now on the console is read whatever the record says. */
  doubtRecord(): void {
    this.isRecordDoubtful = true;
  }

  /** By the site's clock, once a reading has measured it. */
  private now(): number {
    return this.deps.now() - this.clockSkewMs;
  }

  async due(): Promise<DueDecision> {
    const record = await this.withProfileLife(await this.deps.store.readRecord());
    const intent = await this.deps.store.readIntent();
    const decision = isDue(record, this.now(), { force: this.options.force });
    // A rotation of unknown end makes the record doubtful, too.
    return (intent || this.isRecordDoubtful) && !decision.due
      ? { due: true, reason: 'expiry-unknown', expiresAt: decision.expiresAt }
      : decision;
  }

  /** A record that does not say how long its key lives, completed by the site profile. */
  private async withProfileLife(record: KeyRecord): Promise<KeyRecord> {
    const { current } = record;
    const { lifetimeMs, everyMs } = this.options;
    const lacksLife = current?.lifetimeMs === undefined && current?.everyMs === undefined;
    if (!current || !lacksLife || (lifetimeMs === undefined && everyMs === undefined)) return record;
    const completed = { ...record, current: { ...current, lifetimeMs, everyMs } };
    if (!this.options.dryRun) await this.deps.store.writeRecord(completed);
    return completed;
  }

  async tryMethods(methods: readonly Method[]): Promise<MethodResult> {
    let last: { failure: Failure; method: Method } | undefined;
    for (const method of methods) {
      this.deps.signal?.throwIfAborted();
      const result = await this.tryMethod(method);
      if ('end' in result) return result;
      last = result;
      this.deps.log.warn(
        { method, failure: result.failure.kind, detail: result.failure.detail },
        'method ended without a key',
      );
      // What only looks odd over HTTP may be fine in the browser.
      if (endsTheRun.includes(result.failure.kind)) break;
    }
    return (
      last ?? { method: 'http', failure: { kind: 'drift', detail: 'No way to renew is set up for this account.' } }
    );
  }

  takeHandoff(): HandoffResult | undefined {
    const { handoff } = this;
    this.handoff = undefined;
    return handoff;
  }

  /** False when it was no judgement by looks, or was called a mistake before. */
  dismiss({ challenge }: Failure & { kind: 'challenge' | 'signed-out' }): boolean {
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

  async failed({ failure, method }: { failure: Failure; method: Method }): Promise<RenewalResult> {
    return { kind: 'failed', failure, method, rotationUnsettled: (await this.deps.store.readIntent()) !== undefined };
  }

  private async tryMethod(method: Method): Promise<MethodResult> {
    const person = method === 'headed' ? this.deps.personAtBrowser() : undefined;
    const opened = await this.deps.openConsole({
      method,
      person,
      codes:
        method === 'headless' && this.deps.askCode && !this.options.dryRun
          ? { ask: (request) => this.askCode(request) }
          : undefined,
      dismissed: this.dismissed,
      signal: this.deps.signal,
      onStep: (step) => this.deps.onStep(method, step),
    });
    if (!opened.ok) return { failure: opened.failure, method };
    const session = opened.value;
    try {
      const result = await this.work(session);
      if ('end' in result) await this.leave(session);
      return result;
    } finally {
      await session.close();
    }
  }

  private async work(session: ConsoleSession): Promise<MethodResult> {
    const { method } = session;
    const reading = await session.read();
    if (!reading.ok) return { failure: reading.failure, method };
    this.setClock(reading.value);
    if (this.options.signIn) await this.deps.history('signed-in', { rung: method });
    const decision = await this.decide(reading.value);
    this.deps.log.info(
      { method, decision: decision.action, reason: 'reason' in decision ? decision.reason : undefined },
      'console read',
    );

    if (decision.action === 'stop') return { method, failure: decision.failure };
    if (this.options.dryRun) return this.dryRun(session, decision);
    if (decision.action === 'keep') return { end: await this.keep(decision.expiresAt) };
    if (decision.action === 'adopt') {
      const adopted = await this.verify(
        { key: decision.key, expiresAt: decision.expiresAt, seenIn: 'page' },
        { method, how: 'adopted' },
      );
      // A key that the service refuses is worth nothing: make one.
      if (adopted.kind !== 'unproved') return { end: adopted };
      return this.rotate(session, reading.value, 'expired');
    }
    return this.rotate(session, reading.value, decision.reason);
  }

  private async rotate(
    session: ConsoleSession,
    reading: ConsoleReading,
    reason: RotationReason,
  ): Promise<MethodResult> {
    const { method } = session;
    const hooks = writeAheadHooks(this.context, method, reading, {
      isFurther: reason === 'answer-lost' || undefined,
    });
    await this.deps.preflight?.(reason);
    await this.deps.history('rotate', { rung: method, reason });
    const rotated = await session.rotate(reading, hooks);
    // The hook has the key on disk before the session says a word, so a late failure of the session is no loss.
    const answer = rotated.ok ? rotated.value : seenKey(hooks.intent());
    if (answer) {
      // The console has nothing more to say, so it is left while the service is asked about the key.
      const left = this.leave(session);
      try {
        const made: Made = { method, how: 'rotated', reason, seenAt: hooks.intent()?.answer?.seenAt };
        return { end: await this.verify(answer, made) };
      } catch (error) {
        if (hooks.isKeyKept() || !(error instanceof AppError)) throw error;
        throw appError(renewalErrors.keyNotKept, { detail: error.message }, { cause: error });
      } finally {
        await left;
      }
    }
    if (rotated.ok) throw new Error('a rotation without a key is no success');
    return this.settlePress(session, rotated, hooks.intent());
  }

  /** After a press that showed no key: asks the console, and then the service, whether it made one. */
  private async settlePress(
    session: ConsoleSession,
    failed: Exclude<RotateResult, { readonly ok: true }>,
    intent: RotationIntent | undefined,
  ): Promise<MethodResult> {
    const { store, log, history } = this.deps;
    const { method } = session;
    const { failure } = failed;
    if (await recordPressEnd(store, failed, intent)) return { method, failure };

    log.warn({ method, failure: failure.kind, detail: failure.detail }, 'no new key was seen after the press');
    await history('not-seen', { rung: method, detail: failure.detail });
    const reading = await session.read();
    const decision = reading.ok ? await this.look(reading.value) : undefined;
    if (decision?.action === 'adopt') {
      const key: NewKey = { key: decision.key, expiresAt: decision.expiresAt, seenIn: 'page' };
      return { end: await this.verify(key, { method, how: 'rotated', reason: 'answer-lost' }) };
    }
    // The console shows the key from before: the request was lost on its way there, and the next run asks again.
    if (reading.ok && reading.value.hasKey && decision?.action !== 'unsettled') return { method, failure };
    const { current } = await store.readRecord();
    const oldKey = current && verdictOf(await this.deps.verify(current.key));
    return { method, failure: notSeen(failure, oldKey, intent?.isFurther) };
  }

  private setClock({ clockSkewMs }: ConsoleReading): void {
    if (clockSkewMs === undefined || clockSkewMs === this.clockSkewMs) return;
    if (this.clockSkewMs === 0) this.deps.onClockSkew?.(clockSkewMs);
    this.clockSkewMs = clockSkewMs;
  }

  private async decide(reading: ConsoleReading): Promise<Decision> {
    const decision = await this.look(reading);
    const record = await this.deps.store.readRecord();
    if (decision.action !== 'unsettled') return this.onlyWhenCalledFor(decision, record);
    return this.settleByService(record, await this.deps.store.readIntent(), decision.isReplaced);
  }

  /** What the console alone calls for. */
  private async look(reading: ConsoleReading): Promise<RotationDecision> {
    const record = await this.deps.store.readRecord();
    const intent = await this.deps.store.readIntent();
    return decideRotation({
      record,
      reading,
      intent,
      dueWith: (expiresAt, isCurrent) => this.dueWith(record, reading, expiresAt, isCurrent),
    });
  }

  /**
   * An earlier press may have made a key that nobody has. While the old key works, a person has to look; once it is dead, one
   * further rotation is made, never a series.
   */
  private async settleByService(
    { current }: KeyRecord,
    intent: RotationIntent | undefined,
    isReplaced: boolean,
  ): Promise<Decision> {
    if (this.options.force) return { action: 'rotate', reason: 'forced' };
    const oldKey = current && verdictOf(await this.deps.verify(current.key));
    // Without an earlier key, a console that took the press would only be made to give a second key that nobody has.
    const isFirst = oldKey === undefined && intent?.end?.kind === 'not-seen';
    const isDead = oldKey === 'invalid' || (oldKey !== 'valid' && isReplaced && !isFirst);
    if (isDead && !intent?.isFurther) return { action: 'rotate', reason: 'answer-lost' };
    const detail = intent?.end?.detail ?? 'An earlier run was ended between the press and its answer.';
    return { action: 'stop', failure: notSeen({ detail }, oldKey, intent?.isFurther) };
  }

  /** A key that is not due is replaced for what the console shows only when its service does not accept it. */
  private async onlyWhenCalledFor(
    decision: Exclude<RotationDecision, { action: 'unsettled' }>,
    { current, previous }: KeyRecord,
  ): Promise<Decision> {
    const isByConsole = decision.action === 'rotate' && byConsoleAlone.includes(decision.reason);
    if (!isByConsole || !current || this.options.force) return decision;
    const now = this.now();
    const isYoung = isBelowFloor(current, now);
    if (!isYoung && isDue({ version: 1, current, previous }, now).due) return decision;
    const verification = await this.deps.verify(current.key);
    const isKept = verification.verdict === 'valid' || (verification.verdict === 'unknown' && isYoung);
    if (!isKept) return decision;
    this.deps.log.warn(
      { reason: decision.reason, proof: verification.verdict },
      'what the console shows calls for a new key, but the key is not due and its service has not refused it',
    );
    return { action: 'keep' };
  }

  private dueWith(
    record: KeyRecord,
    reading: ConsoleReading,
    expiresAt: IsoTime | undefined,
    isCurrent: boolean,
  ): DueDecision {
    const current =
      isCurrent && record.current ? withConsoleExpiry(record.current, expiresAt, this.options, this.now()) : undefined;
    const { lifetimeMs, everyMs } = this.options;
    const found: KnownKey = {
      key: reading.key ?? '',
      obtainedAt: new Date(this.now()).toISOString(),
      obtainedBy: 'adopted',
      expiresAt,
      lifetimeMs,
      everyMs,
      runId: this.options.runId,
    };
    const key = current ?? found;
    return isDue({ version: 1, current: key, previous: [] }, this.now(), { force: this.options.force });
  }

  /** The console vouches for the current key; its word on the expiry is newer than the record's. */
  private async keep(expiresAt: IsoTime | undefined): Promise<RenewalResult> {
    const record = await this.deps.store.readRecord();
    const kept = record.current && {
      ...record,
      current: withConsoleExpiry(record.current, expiresAt, this.options, this.now()),
    };
    if (kept && JSON.stringify(kept) !== JSON.stringify(record)) await this.deps.store.writeRecord(kept);
    await this.deps.store.removeIntent();
    const decision = isDue(kept ?? record, this.now());
    return decision.due
      ? { kind: 'not-due', expiresAt: decision.expiresAt }
      : { kind: 'not-due', dueAt: decision.dueAt, expiresAt: decision.expiresAt };
  }

  private async dryRun(
    session: ConsoleSession,
    decision: Exclude<Decision, { readonly action: 'stop' }>,
  ): Promise<MethodResult> {
    const { method } = session;
    const record = await this.deps.store.readRecord();
    if (decision.action !== 'rotate') {
      const would = decision.action === 'adopt' ? 'adopt the key that the console shows' : 'keep the current key';
      return {
        end: { kind: 'rehearsed', method, would, reason: 'no rotation is needed', expiresAt: decision.expiresAt },
      };
    }
    const found = await session.dryRun();
    if (!found.ok) return { method, failure: found.failure };
    return {
      end: {
        kind: 'rehearsed',
        method,
        would: found.value,
        reason: decision.reason,
        expiresAt: record.current?.expiresAt,
      },
    };
  }

  private verify(key: NewKey, made: Made): Promise<RenewalResult> {
    return verifyAndPublish(this.context, this.deps, key, made);
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

function notSeen(
  { detail, evidence }: Pick<Failure, 'detail' | 'evidence'>,
  oldKey: 'valid' | 'invalid' | 'unknown' | undefined,
  isFurther: boolean | undefined,
): Failure {
  return { kind: 'not-seen', detail, evidence, oldKey, isFurther };
}

/** A banned account says nothing about the key itself. */
function verdictOf({ verdict }: Verification): 'valid' | 'invalid' | 'unknown' {
  return verdict === 'banned' ? 'unknown' : verdict;
}

function seenKey(intent: RotationIntent | undefined): NewKey | undefined {
  return intent?.answer && { key: intent.answer.key, expiresAt: intent.answer.expiresAt, seenIn: 'answer' };
}
