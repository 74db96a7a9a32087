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
  | 'expiry-unknown'
  /** An earlier rotation's answer was lost: the console shows a key that nobody here knows. */
  | 'answer-lost'
  /** The key was changed elsewhere, and the console shows only its mask. */
  | 'changed-elsewhere';

export type RotationDecision =
  | { readonly action: 'rotate'; readonly reason: RotationReason }
  /** The console shows a full key that is not the current one: take it instead of making another. */
  | { readonly action: 'adopt'; readonly key: string; readonly expiresAt?: IsoTime }
  /** The current key is the console's, and lives longer than the record says. */
  | { readonly action: 'keep'; readonly expiresAt?: IsoTime };

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
 * 1. No key at the console: make one.
 * 2. A full key that is not ours: it is the live key, so adopt it; rotate only if it is due itself, or forced and no rotation is pending.
 * 3. Our key, full or by its mask: an interrupted rotation did not happen; rotate only if the key is due by the console's own expiry.
 * 4. A mask that cannot be our key: ours is dead, and nothing but a rotation yields a usable one.
 */
export function decideRotation({ record, reading, intent, dueWith }: DecideOptions): RotationDecision {
  if (!reading.hasKey) return { action: 'rotate', reason: 'no-key' };

  if (reading.key !== undefined && reading.key !== record.current?.key) {
    const due = dueWith(reading.expiresAt, false);
    if (reading.expired) return { action: 'rotate', reason: 'expired' };
    // The key that an interrupted forced rotation made is what was asked for: do not make yet another.
    if (intent || !due.due || due.reason === 'expiry-unknown') {
      return { action: 'adopt', key: reading.key, expiresAt: reading.expiresAt };
    }
    return { action: 'rotate', reason: reasonOf(due) };
  }

  if (record.current && isOurs(record.current.key, reading)) {
    if (reading.expired) return { action: 'rotate', reason: 'expired' };
    if (intent && (expiryMoved(intent, reading) || !tellsKeysApart(reading)))
      return { action: 'rotate', reason: 'answer-lost' };
    const due = dueWith(reading.expiresAt, true);
    return due.due ? { action: 'rotate', reason: reasonOf(due) } : { action: 'keep', expiresAt: reading.expiresAt };
  }

  if (!record.current) return { action: 'rotate', reason: intent ? 'answer-lost' : 'no-key' };
  return { action: 'rotate', reason: intent ? 'answer-lost' : 'changed-elsewhere' };
}

/** A console that shows neither key nor mask says nothing against ours. */
function isOurs(key: string, reading: ConsoleReading): boolean {
  if (reading.key !== undefined) return reading.key === key;
  return reading.mask === undefined || maskMatches(reading.mask, key);
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
