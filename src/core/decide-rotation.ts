import type { DueDecision, DueReason } from './is-due.js';
import { maskMatches, type KeyRecord, type RotationIntent } from './key-record.js';
import type { IsoTime } from './outcome.js';
import type { ConsoleReading, ShownExpiry } from './ports.js';

/** Why a key is created or rotated. The values appear in logs, cards and the history. */
export type RotationReason =
  | DueReason
  /** The answer to an earlier rotation was lost, and the key from before it is dead. */
  | 'answer-lost'
  /** The key was changed elsewhere, and the console shows only a mask of the new one. */
  | 'changed-elsewhere';

export type RotationDecision =
  | { readonly action: 'rotate'; readonly reason: RotationReason }
  /** The console shows a full key other than the current one: use it instead of creating another. */
  | { readonly action: 'adopt'; readonly key: string; readonly expiresAt?: IsoTime }
  /** The console still has the current key, and the key is not due. */
  | { readonly action: 'keep'; readonly shown?: ShownExpiry }
  /** An earlier press may have made a hidden key. `isReplaced`: the console shows that our key was replaced. */
  | { readonly action: 'unsettled'; readonly isReplaced: boolean };

/**
 * Decides what to do with the key that the console shows. The rules, in order:
 * 1. No key at the console: create one, unless an earlier press may have created one that is not shown.
 * 2. A full key that is not ours: it is the live key, so adopt it. Rotate only if it is due itself, or if a
 * rotation is forced and none is pending.
 * 3. Our key, in full or as a matching mask: an interrupted rotation did not happen. Rotate only if the key is due
 * by the console's own expiry.
 * 4. The same mask as before an interrupted rotation: that rotation did not happen either.
 * 5. A mask that cannot be our key: our key is dead, and only a rotation gives a usable one. After an interrupted
 * rotation the result is `unsettled`.
 */
export function decideRotation(
  { current }: KeyRecord,
  reading: ConsoleReading,
  /** The unfinished rotation: left by a killed run, or by this run when its answer was lost. */
  intent: RotationIntent | undefined,
  /** Decides "due" for the current key, or for an adopted one, with the expiry that the console shows. */
  dueWith: (isCurrent: boolean) => DueDecision,
): RotationDecision {
  if (!reading.hasKey) {
    return intent && hidesKeys(intent, current !== undefined)
      ? { action: 'unsettled', isReplaced: false }
      : { action: 'rotate', reason: 'no-key' };
  }

  if (reading.key !== undefined && reading.key !== current?.key) {
    const due = dueWith(false);
    if (reading.expired) return { action: 'rotate', reason: 'expired' };
    // An interrupted forced rotation created this key, so the order is fulfilled: do not create another.
    if (intent || !due.due || due.reason === 'expiry-unknown') {
      return { action: 'adopt', key: reading.key, expiresAt: reading.expiresAt };
    }
    return { action: 'rotate', reason: due.reason };
  }

  if (current && isOurs(current.key, reading)) {
    if (reading.expired) return { action: 'rotate', reason: 'expired' };
    if (intent && !isSettledByOurKey(intent, reading)) {
      return { action: 'unsettled', isReplaced: expiryMoved(intent, reading) };
    }
    const due = dueWith(true);
    return due.due ? { action: 'rotate', reason: due.reason } : { action: 'keep', shown: reading };
  }

  if (intent && !isAsBefore(intent, reading)) return { action: 'unsettled', isReplaced: true };
  return { action: 'rotate', reason: current ? 'changed-elsewhere' : 'no-key' };
}

/** Whether a console that shows no key may hold one. After a challenge or a refusal the press created none. */
function hidesKeys(intent: RotationIntent, hasCurrent: boolean): boolean {
  if (intent.end?.kind === 'understood') return false;
  return hasCurrent || intent.end?.kind === 'not-seen';
}

/** If the console shows neither key nor mask, nothing contradicts our key. */
export function isOurs(key: string, reading: ConsoleReading): boolean {
  if (reading.key !== undefined) return reading.key === key;
  return reading.mask === undefined || maskMatches(reading.mask, key);
}

/**
 * Our key at the console proves that nothing was rotated, with two exceptions: what is shown could also be the new
 * key, or the console took the press and may hold a second key beside ours.
 */
function isSettledByOurKey(intent: RotationIntent, reading: ConsoleReading): boolean {
  if (expiryMoved(intent, reading) || intent.end?.kind === 'not-seen') return false;
  return tellsKeysApart(reading) || intent.end?.kind === 'understood';
}

function isAsBefore(intent: RotationIntent, reading: ConsoleReading): boolean {
  return (
    intent.maskBefore !== undefined &&
    intent.maskBefore === reading.mask &&
    intent.end?.kind !== 'not-seen' &&
    tellsKeysApart(reading) &&
    !expiryMoved(intent, reading)
  );
}

/** `sk-****` matches every key. After a rotation with an unknown end, only a mask with more characters, or four at its end, is evidence. */
function tellsKeysApart(reading: ConsoleReading): boolean {
  const mask = reading.mask ?? '';
  const hasTail = /[*•….][^*•….]{4,}$/.test(mask);
  return reading.key !== undefined || hasTail || mask.replace(/[*•….]/g, '').length >= 'sk-'.length + 4;
}

/** If the mask matches the old and the new key alike, a later expiry shows that the press reached the server. */
function expiryMoved(intent: RotationIntent, reading: ConsoleReading): boolean {
  return (
    reading.key === undefined &&
    intent.expiresAtBefore !== undefined &&
    reading.expiresAt !== undefined &&
    Date.parse(reading.expiresAt) > Date.parse(intent.expiresAtBefore)
  );
}
