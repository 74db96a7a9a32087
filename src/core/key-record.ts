import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { isoTime, nonEmptyString, stored, storedText, version1 } from '../lib/schema.js';
import { method } from './outcome.js';

const keyOrigin = z.enum([...method.options, 'adopted', 'login']);

/** How a key came to be in the record. `adopted`: the console showed a full key that keyturn did not make. */
export type KeyOrigin = z.output<typeof keyOrigin>;

const timesOfKey = {
  obtainedAt: isoTime,
  /** As the console said; absent when it did not. */
  expiresAt: z.optional(isoTime),
  /** A key's life by the site profile, from issue to expiry; kept here so that the due rule needs no profile. */
  lifetimeMs: z.optional(z.number()),
  /** The site profile's renewal interval for keys that do not expire. */
  everyMs: z.optional(z.number()),
  /** When a probe last saw the service accept it. */
  provedAt: z.optional(isoTime),
  /** What the console said of the expiry, where that was not understood or made no sense; redacted. */
  unreadExpiry: z.optional(z.string()),
};

/** The last measured difference to the site's clock; absent below two minutes, and where none was measured. */
const siteClock = stored({
  /** Milliseconds; negative when this machine's clock is behind. */
  aheadMs: z.number(),
  /** By this machine's clock. */
  measuredAt: isoTime,
});

const knownKey = stored({ key: nonEmptyString, ...timesOfKey, obtainedBy: keyOrigin, runId: nonEmptyString });

/** A key that was in use, kept so that a rollback or a late consumer can be explained. */
export type KnownKey = Readonly<z.output<typeof knownKey>>;

export const keyRecord = stored({
  version: version1,
  current: z.optional(knownKey),
  previous: z.readonly(z.array(knownKey)),
  clock: z.optional(siteClock),
});

/** The key an account has now, and the last five before it, newest first. */
export type KeyRecord = Readonly<z.output<typeof keyRecord>>;

export const keyFacts = stored({
  current: z.optional(
    stored({ ...timesOfKey, obtainedBy: z.optional(keyOrigin), fingerprint: z.optional(nonEmptyString) }),
  ),
  clock: z.optional(siteClock),
});

/** The part of a key record that is not secret; readable where the record is encrypted. */
export type KeyFacts = Readonly<z.output<typeof keyFacts>>;

/** SHA-256 of the key, which does not reveal it. */
export const fingerprintOf = (key: string): string => createHash('sha256').update(key).digest('hex');

export const rotationIntent = stored({
  version: version1,
  id: nonEmptyString,
  runId: nonEmptyString,
  startedAt: isoTime,
  rung: method,
  /** What the console showed right before the press. */
  maskBefore: z.optional(nonEmptyString),
  expiresAtBefore: z.optional(isoTime),
  hadKeyBefore: z.boolean(),
  /** Present once the new key was seen; then the rotation is settled without the console. */
  answer: z.optional(stored({ key: nonEmptyString, expiresAt: z.optional(isoTime), seenAt: isoTime })),
  /**
   * How the press ended; absent after a kill. `understood`: with a challenge or a refusal, so that no key was made.
   * `unanswered`: no answer came. `not-seen`: the console took it, and no new key was seen.
   */
  end: z.optional(stored({ kind: z.enum(['understood', 'unanswered', 'not-seen']), detail: storedText })),
  /** This press was the one further rotation after a lost answer. */
  isFurther: z.optional(z.boolean()),
});

/** Written before the press that rotates; removed when the new key is in the record. */
export type RotationIntent = Readonly<z.output<typeof rotationIntent>>;

export const keptKeys = 5;

/** The record with a new current key in front; the one it replaces is kept as the newest previous. */
export function withCurrentKey(record: KeyRecord, next: KnownKey): KeyRecord {
  const older = [...(record.current ? [record.current] : []), ...record.previous].filter((k) => k.key !== next.key);
  return { ...record, current: next, previous: older.slice(0, keptKeys) };
}

/** Whether a console's mask can stand for this key: same head and tail, and no shorter than what it shows. */
export function maskMatches(mask: string, key: string): boolean {
  const first = mask.search(/[*•….]/);
  if (first < 0) return mask === key;
  const head = mask.slice(0, first);
  const tail = /[*•….]([^*•….]*)$/.exec(mask)?.[1] ?? '';
  return (
    head.length + tail.length > 0 &&
    key.length > head.length + tail.length &&
    key.startsWith(head) &&
    key.endsWith(tail)
  );
}
