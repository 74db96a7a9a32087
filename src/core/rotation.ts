import { randomUUID } from 'node:crypto';
import type { HeldKeys } from './held-keys.js';
import type { RotationReason } from './decide-rotation.js';
import { isFromFuture, sensibleExpiry } from './is-due.js';
import { withCurrentKey, type KeyOrigin, type KnownKey, type RotationIntent } from './key-record.js';
import type { IsoTime, Method, Failure } from './outcome.js';
import type { ConsoleReading, NewKey, RotateHooks, RotateResult, ShownExpiry } from './ports.js';
import type { Renewal } from './renewal.js';

const iso = (ms: number): IsoTime => new Date(ms).toISOString();

/** How long an interrupted run waits for the answer to a press: without it, nobody would have the new key. */
export const pressGraceMs = 1500;

/**
 * The write-ahead half of a rotation: the intent is on disk before the press, and the new key is in the intent before
 * anything else happens to it. After a crash before the press the old key is still the only one; after a crash between
 * press and key the next run reads the console; after a later crash the next run only publishes the key.
 */
export function writeAheadHooks(
  renewal: Renewal,
  method: Method,
  reading: ConsoleReading,
  reason: RotationReason,
): RotateHooks & { intent(): RotationIntent | undefined; isKeyKept(): boolean } {
  let intent: RotationIntent | undefined;
  let isKeyKept = false;
  const begin = (): RotationIntent => ({
    version: 1,
    id: randomUUID(),
    runId: renewal.options.runId,
    startedAt: iso(renewal.now()),
    rung: method,
    hadKeyBefore: reading.hasKey,
    maskBefore: reading.mask,
    expiresAtBefore: reading.isExpiryRelative ? undefined : reading.expiresAt,
    isFurther: reason === 'answer-lost' || undefined,
  });
  return {
    intent: () => intent,
    isKeyKept: () => isKeyKept,
    beforePress: async () => {
      intent ??= begin();
      await renewal.keys.writeIntent(intent);
    },
    onKey: async (key: NewKey) => {
      intent = { ...(intent ?? begin()), answer: { ...key, seenAt: iso(renewal.now()) } };
      await renewal.keys.writeIntent(intent);
      isKeyKept = true;
    },
  };
}

/** Failures after which it is not known whether the press made a key. */
const unclearFailures: readonly Failure['kind'][] = ['unreachable', 'misconfigured', 'drift', 'not-seen'];

/** Records how a press without a key ended. False when nobody knows whether it made a key. */
export async function recordPressEnd(
  keys: HeldKeys,
  { sent, failure }: Exclude<RotateResult, { readonly ok: true }>,
  intent: RotationIntent | undefined,
): Promise<boolean> {
  if (sent === 'no' || !intent) {
    await keys.removeIntent();
    return true;
  }
  const isUnderstood = sent === 'refused' || !unclearFailures.includes(failure.kind);
  const kind = isUnderstood ? 'understood' : failure.kind === 'unreachable' ? 'unanswered' : 'not-seen';
  await keys.writeIntent({ ...intent, end: { kind, detail: failure.detail } });
  return isUnderstood;
}

/** Makes a key the account's current one and ends the write-ahead. The one place where a key record changes its key. */
export async function publishKey(
  renewal: Renewal,
  { key, provedAt, ...shown }: NewKey & { readonly seenAt?: IsoTime; readonly provedAt?: IsoTime },
  origin: KeyOrigin,
): Promise<KnownKey> {
  const obtainedAt = shown.seenAt ?? iso(renewal.now());
  const said = sensibleExpiry(shown.expiresAt, { obtainedAt, obtainedBy: origin });
  const unreadExpiry = unreadOf(renewal, shown, said);
  const { lifetimeMs, everyMs, runId } = renewal.options;
  // Without an expiry at the console, the profile's lifetime counts; the age of an adopted key is unknown.
  const isAgeKnown = origin !== 'adopted' && lifetimeMs !== undefined;
  const expiresAt = said ?? (isAgeKnown ? iso(Date.parse(obtainedAt) + lifetimeMs) : undefined);
  const known: KnownKey = {
    key,
    obtainedAt,
    obtainedBy: origin,
    expiresAt,
    lifetimeMs,
    everyMs,
    provedAt,
    unreadExpiry,
    runId,
  };
  const { record } = renewal.keys;
  // A difference that is worth nothing any more would make the next record doubtful, too.
  const clock = renewal.isTimeDoubtful() ? undefined : record.clock;
  await renewal.keys.writeRecord(withCurrentKey({ ...record, clock }, known));
  await renewal.keys.removeIntent();
  return known;
}

/** Reports an expiry that was not understood or makes no sense. */
function unreadOf(renewal: Renewal, shown: ShownExpiry, sensible: IsoTime | undefined): string | undefined {
  const senseless = sensible === undefined ? shown.expiresAt : undefined;
  return renewal.reportUnread({ unreadExpiry: shown.unreadExpiry ?? senseless });
}

/**
 * The current key with the expiry that the console shows now. A time that a wrong clock wrote is replaced by an
 * estimate: the expiry less the lifetime, or `now`. Where the site's clock is not known either, it stays.
 */
export function withConsoleExpiry(renewal: Renewal, current: KnownKey, reading: ShownExpiry): KnownKey {
  const { expiresAt: shown } = reading;
  const now = renewal.now();
  const { lifetimeMs = current.lifetimeMs, everyMs = current.everyMs } = renewal.options;
  const completed = { ...current, lifetimeMs, everyMs };
  if (!isFromFuture(current, now) || renewal.isTimeDoubtful()) {
    const said = sensibleExpiry(shown, current);
    return { ...completed, expiresAt: said ?? current.expiresAt, unreadExpiry: unreadOf(renewal, reading, said) };
  }
  const expiresMs = Date.parse(shown ?? '');
  const madeMs = lifetimeMs === undefined || Number.isNaN(expiresMs) ? now : Math.min(now, expiresMs - lifetimeMs);
  const obtainedAt = iso(madeMs);
  return { ...completed, obtainedAt, expiresAt: sensibleExpiry(shown, { ...current, obtainedAt }) };
}
