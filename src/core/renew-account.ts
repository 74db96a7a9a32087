import { failureTexts } from '../messages/failures.js';
import { HeldKeys } from './held-keys.js';
import { failed, type Attempt, type Failure, type Method } from './outcome.js';
import type { HandoffResult } from './question.js';
import { Renewal, type RenewDeps, type RenewOptions } from './renewal.js';
import type { RenewalResult } from './renewal-result.js';
import { renewAtConsole } from './renew-at-console.js';
import { verifyAndPublish } from './verify-and-publish.js';

export type { RenewDeps, RenewOptions } from './renewal.js';

/** Failures after which no other method is tried: it would meet the same, or it must not repeat the press. */
const endsTheRun: readonly Failure['kind'][] = ['refused', 'gone', 'unreachable', 'not-seen'];

/**
 * One renewal for one account, whose lock the caller holds. The account's keys are read once, here:
 * 1. publish the key of an interrupted rotation, where that run had seen it; done unless the service refuses it;
 * 2. due? else done;
 * 3. try the methods, cheapest first, until one ends with a result;
 * 4. where a person is needed, ask with every browser closed; once they are ready, do the same in a visible browser.
 */
export async function renewAccount(options: RenewOptions, deps: RenewDeps): Promise<RenewalResult> {
  const keys = await HeldKeys.read(deps.store, deps.requireHeld);
  const renewal = new Renewal(options, deps, keys);
  const settled = await settleSeenKey(renewal);
  // A key that was just made and is dead already has been replaced elsewhere since: the console shows by what.
  const isDead = settled?.kind === 'unproved' && !settled.oldKeyWorks;
  if (settled && !isDead && !options.force) return renewal.end(settled);
  renewal.isRecordDoubtful = isDead;

  const due = renewal.due();
  if (!isWanted(renewal)) return notDue(renewal);
  deps.log.info({ reason: due.due ? due.reason : 'sign-in', expiresAt: due.expiresAt }, 'renewal is due');
  await deps.store.prepare?.();
  if (due.due) {
    await deps.preflight?.(due.reason, keys);
    await deps.onDue?.(due.expiresAt);
  }

  let tried = await tryMethods(renewal, options.methods);
  for (;;) {
    if (tried.ok) return renewal.end(isDead && tried.value.kind === 'not-due' ? settled : tried.value);
    const { failure, method } = tried;
    if (!isWanted(renewal)) return notDue(renewal);
    if (failure.kind !== 'challenge' && failure.kind !== 'signed-out') {
      return renewal.end({ kind: 'failed', failure, method, rotationUnsettled: keys.intent !== undefined });
    }
    const personNeeded = (handoff: HandoffResult) => renewal.end({ kind: 'person-needed', failure, method, handoff });
    if (method === 'headed' || options.dryRun) {
      return personNeeded({ kind: 'unanswered', asked: method === 'headed' });
    }

    const handoff = renewal.handoff ?? (await deps.askPerson(failure, due.expiresAt));
    renewal.handoff = undefined;
    await deps.history('answer', { answer: handoff.kind, via: 'via' in handoff ? handoff.via : undefined });
    if (handoff.kind === 'ready') {
      // The owner may have come hours later, and a target may have gone meanwhile.
      if (due.due) await deps.preflight?.(due.reason, keys);
      tried = await tryMethods(renewal, ['headed']);
    } else if (handoff.kind === 'not-a-check' && renewal.dismiss(failure)) tried = await tryMethods(renewal, [method]);
    else return personNeeded(handoff);
  }
}

const isWanted = (renewal: Renewal) => renewal.options.signIn === true || renewal.due().due;

function notDue(renewal: Renewal): RenewalResult {
  const { dueAt, expiresAt } = renewal.due();
  return renewal.end({ kind: 'not-due', dueAt, expiresAt });
}

/** Publishes a key that a killed run had seen, which needs no console. */
async function settleSeenKey(renewal: Renewal): Promise<RenewalResult | undefined> {
  const { deps } = renewal;
  const { intent } = renewal.keys;
  if (!intent?.answer) return undefined;
  await deps.store.prepare?.();
  deps.log.warn({ intentId: intent.id, startedAt: intent.startedAt }, 'publishing the key of an interrupted rotation');
  const made = { method: intent.rung, how: 'settled', seenAt: intent.answer.seenAt } as const;
  return verifyAndPublish(renewal, intent.answer, made);
}

async function tryMethods(
  renewal: Renewal,
  methods: readonly Method[],
): Promise<Attempt<RenewalResult> & { readonly method: Method }> {
  const { deps } = renewal;
  let last = { ...failed({ kind: 'drift', detail: failureTexts.noMethod }), method: 'http' as Method };
  for (const method of methods) {
    deps.signal?.throwIfAborted();
    const inWorker = method === 'http' ? undefined : deps.attempt;
    const result = await (inWorker?.(renewal, method as Exclude<Method, 'http'>) ?? attemptHere(renewal, method));
    if (result.ok) return { ...result, method };
    last = { ...result, method };
    const { kind, detail } = result.failure;
    deps.log.warn({ method, failure: kind, detail: detail.en }, 'method ended without a key');
    // Other failures over HTTP may not occur in the browser. The answer may show that only a wrong clock made the key due.
    if (endsTheRun.includes(kind) || !isWanted(renewal)) break;
  }
  return last;
}

/** Runs one method in this process. */
export async function attemptHere(renewal: Renewal, method: Method): Promise<Attempt<RenewalResult>> {
  const { deps, options, dismissed } = renewal;
  const canAskCode = method === 'headless' && deps.askCode !== undefined && !options.dryRun;
  const opened = await deps.openConsole({
    method,
    person: method === 'headed' ? deps.personAtBrowser?.() : undefined,
    codes: canAskCode ? { ask: (request) => renewal.askCode(request) } : undefined,
    dismissed,
    signal: deps.signal,
  });
  if (!opened.ok) return opened;
  const session = opened.value;
  try {
    const result = await renewAtConsole(renewal, session);
    if (result.ok) await renewal.close(session);
    return result;
  } finally {
    await session.close();
  }
}
