import { createHash } from 'node:crypto';
import type { IsoTime, Method } from './outcome.js';

/** How a key came to be in the record. `adopted`: the console showed a full key that keyturn did not make. */
export type KeyOrigin = Method | 'adopted' | 'login';

/** A key that was in use, kept so that a rollback or a late consumer can be explained. */
export interface KnownKey {
  readonly key: string;
  readonly obtainedAt: IsoTime;
  readonly obtainedBy: KeyOrigin;
  /** As the console said; absent when it did not. */
  readonly expiresAt?: IsoTime;
  /** How long such a key lives by the site profile, issued to death; kept here so that the due rule needs no profile. */
  readonly lifetimeMs?: number;
  /** The site profile's renewal interval for keys that do not expire. */
  readonly everyMs?: number;
  /** When a probe last saw the service accept it. */
  readonly provedAt?: IsoTime;
  readonly runId: string;
}

/** The key an account has now, and the last five before it, newest first. */
export interface KeyRecord {
  readonly version: 1;
  readonly current?: KnownKey;
  readonly previous: readonly KnownKey[];
}

/** The part of a key record that is not secret; readable where the record is encrypted. */
export interface KeyFacts {
  readonly current?: Pick<KnownKey, 'obtainedAt' | 'expiresAt' | 'lifetimeMs' | 'everyMs' | 'provedAt'> & {
    readonly obtainedBy?: KeyOrigin;
    /** As {@link fingerprintOf} has it. */
    readonly fingerprint?: string;
  };
}

/** SHA-256 of the key, which does not reveal it. */
export const fingerprintOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** When the key expired; undefined while it is valid or its expiry is unknown. */
export const expiredAt = ({ expiresAt }: KnownKey, now: number): IsoTime | undefined =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now ? expiresAt : undefined;

/** Written before the press that rotates; removed when the new key is in the record. */
export interface RotationIntent {
  readonly version: 1;
  readonly id: string;
  readonly runId: string;
  readonly startedAt: IsoTime;
  readonly rung: Method;
  /** What the console showed right before the press. */
  readonly maskBefore?: string;
  readonly expiresAtBefore?: IsoTime;
  readonly hadKeyBefore: boolean;
  /** Present once the new key was seen; then the rotation is settled without the console. */
  readonly answer?: { readonly key: string; readonly expiresAt?: IsoTime; readonly seenAt: IsoTime };
  /**
   * How the press ended, where the run that pressed lived to see it. `understood`: with a challenge or a refusal, so that no
   * key was made. `unanswered`: no answer came. `not-seen`: the console took it, and no new key was seen.
   */
  readonly end?: { readonly kind: 'understood' | 'unanswered' | 'not-seen'; readonly detail: string };
  /** This press was the one further rotation after a lost answer. */
  readonly isFurther?: boolean;
}

export const keptKeys = 5;

/** The record with a new current key in front; the one it replaces is kept as the newest previous. */
export function withCurrentKey(record: KeyRecord, next: KnownKey): KeyRecord {
  const older = [...(record.current ? [record.current] : []), ...record.previous].filter((k) => k.key !== next.key);
  return { version: 1, current: next, previous: older.slice(0, keptKeys) };
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
