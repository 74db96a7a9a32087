import type { DueDecision } from './is-due.js';
import { maskMatches, type KeyRecord, type RotationIntent } from './key-record.js';
import type { IsoTime } from './outcome.js';
import type { ConsoleReading } from './ports.js';

/** Why a key is made or made anew, in words that a log, a card and the history can carry. */
export type RotationReason =
  | 'forced'
  | 'no-key'
  | 'expired'
  | 'near-expiry'
  | 'interval'
  | 'expiry-unknown'
  /** An earlier rotation's answer was lost, and the key before it is dead. */
  | 'answer-lost'
  /** The key was changed elsewhere, and the console shows only its mask. */
  | 'changed-elsewhere';

export type RotationDecision =
  | { readonly action: 'rotate'; readonly reason: RotationReason }
  /** The console shows a full key that is not the current one: take it instead of making another. */
  | { readonly action: 'adopt'; readonly key: string; readonly expiresAt?: IsoTime }
  /** The current key is the console's, and lives longer than the record says. */
  | { readonly action: 'keep'; readonly expiresAt?: IsoTime }
  /** An earlier press may have made a key, and the console does not show it. `isReplaced`: it shows that the key is another one now. */
  | { readonly action: 'unsettled'; readonly isReplaced: boolean };

export interface DecideOptions {
  readonly record: KeyRecord;
  readonly reading: ConsoleReading;
  /** What is known of an unfinished rotation; from a killed run, or from this run's lost answer. */
  readonly intent?: RotationIntent;
  /** The decision on a hypothetical record, e.g. the current key with the console's expiry. */
  readonly dueWith: (expiresAt: IsoTime | undefined, isCurrent: boolean) => DueDecision;
}

/**
 * What to do once the console was read. The rule, in order:
 * 1. No key at the console: make one, unless an earlier press may have made one that is not shown.
 * 2. A full key that is not ours: it is the live key, so adopt it; rotate only if it is due itself, or forced and no rotation is pending.
 * 3. Our key, full or by its mask: an interrupted rotation did not happen; rotate only if the key is due by the console's own expiry.
 * 4. The console shows what it showed before an interrupted rotation: that did not happen either.
 * 5. A mask that cannot be our key: ours is dead, and nothing but a rotation yields a usable one; after an interrupted rotation it is unsettled.
 */
export function decideRotation({ record, reading, intent, dueWith }: DecideOptions): RotationDecision {
  const { current } = record;
  if (!reading.hasKey) {
    return intent && hidesKeys(intent, current !== undefined)
      ? { action: 'unsettled', isReplaced: false }
      : { action: 'rotate', reason: 'no-key' };
  }

  if (reading.key !== undefined && reading.key !== current?.key) {
    const due = dueWith(reading.expiresAt, false);
    if (reading.expired) return { action: 'rotate', reason: 'expired' };
    // The key that an interrupted forced rotation made is what was asked for: do not make yet another.
    if (intent || !due.due || due.reason === 'expiry-unknown') {
      return { action: 'adopt', key: reading.key, expiresAt: reading.expiresAt };
    }
    return { action: 'rotate', reason: reasonOf(due) };
  }

  if (current && isOurs(current.key, reading)) {
    if (reading.expired) return { action: 'rotate', reason: 'expired' };
    if (intent && !isSettledByOurKey(intent, reading)) {
      return { action: 'unsettled', isReplaced: expiryMoved(intent, reading) };
    }
    const due = dueWith(reading.expiresAt, true);
    return due.due ? { action: 'rotate', reason: reasonOf(due) } : { action: 'keep', expiresAt: reading.expiresAt };
  }

  if (intent && !isAsBefore(intent, reading)) return { action: 'unsettled', isReplaced: true };
  return { action: 'rotate', reason: current ? 'changed-elsewhere' : 'no-key' };
}

/**
 * Whether the console may hold a key although it shows none: the record has a key, or the console took the press without
 * showing one. A console that answered the press with a challenge or a refusal made no key.
 */
function hidesKeys(intent: RotationIntent, hasCurrent: boolean): boolean {
  if (intent.end?.kind === 'understood') return false;
  return hasCurrent || intent.end?.kind === 'not-seen';
}

/** A console that shows neither key nor mask says nothing against ours. */
function isOurs(key: string, reading: ConsoleReading): boolean {
  if (reading.key !== undefined) return reading.key === key;
  return reading.mask === undefined || maskMatches(reading.mask, key);
}

/**
 * Our key at the console shows that nothing was rotated, unless what is shown could be the new key as well, or the console took
 * the press and may hold another key beside ours.
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

/** `sk-****` fits every key: after a rotation with an unknown end only a mask that shows more is evidence. */
function tellsKeysApart(reading: ConsoleReading): boolean {
  return reading.key !== undefined || (reading.mask ?? '').replace(/[*•….]/g, '').length >= 'sk-'.length + 4;
}

/** With a mask that could hide both keys, a moved expiry is the sign that the press did reach the server. */
function expiryMoved(intent: RotationIntent, reading: ConsoleReading): boolean {
  return (
    reading.key === undefined &&
    intent.expiresAtBefore !== undefined &&
    reading.expiresAt !== undefined &&
    Date.parse(reading.expiresAt) > Date.parse(intent.expiresAtBefore)
  );
}

function reasonOf(due: DueDecision): RotationReason {
  return due.due ? due.reason : 'near-expiry';
}
