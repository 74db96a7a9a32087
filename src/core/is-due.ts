import type { KeyFacts, KeyOrigin, KeyRecord } from './key-record.js';
import type { IsoTime } from './outcome.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Up to this lifetime half of it is kept in reserve, as certbot does for short-lived certificates; above, a third. */
const shortLifetimeMs = 10 * dayMs;
/** The part of its life for which a key that keyturn made is left alone; less than the half after which it is due. */
const floorShare = 0.4;
/** A key that lives longer than this is not renewed twice within an hour. */
const hourlyLifeMs = 3 * hourMs;
/** The interval for a key that keyturn made where neither the console nor the site profile says how long it lives. */
const unknownLifeMs = dayMs;
/** A record that is further in the future than this was written by a wrong clock, or is read by one. */
const clockToleranceMs = 10 * 60_000;

export type DueReason = 'forced' | 'no-key' | 'expiry-unknown' | 'expired' | 'near-expiry' | 'interval';

export type DueDecision =
  | { readonly due: false; readonly dueAt: IsoTime; readonly expiresAt?: IsoTime }
  | { readonly due: true; readonly reason: DueReason; readonly expiresAt?: IsoTime };

/** What the rule reads of a key; times are ISO 8601, spans milliseconds. */
export interface KeyTimes {
  readonly obtainedAt: IsoTime;
  /** Absent in records of version 0.1.0 that are encrypted: then the key counts as made by keyturn. */
  readonly obtainedBy?: KeyOrigin;
  readonly expiresAt?: IsoTime;
  readonly lifetimeMs?: number;
  readonly everyMs?: number;
}

/** Epoch milliseconds. */
interface KeyLife {
  /** Undefined when the key's age is not known, so that it is due. */
  readonly dueAt?: number;
  readonly expiresAt?: number;
  /** Before this time only a person's order or a refusal by the service calls for a new key. */
  readonly floorAt: number;
  readonly basis: 'expiry' | 'interval' | 'unknown';
}

/**
 * The expiry that the console said, unless it makes no sense: unreadable, or not after the moment when keyturn made the key,
 * as with a clock that runs ahead or a field that holds the start of a range. An adopted key may be dead when it is found.
 */
export function sensibleExpiry(
  said: IsoTime | undefined,
  key: Pick<KeyTimes, 'obtainedAt' | 'obtainedBy'>,
): IsoTime | undefined {
  const saidMs = Date.parse(said ?? '');
  if (Number.isNaN(saidMs)) return undefined;
  return key.obtainedBy === 'adopted' || saidMs > Date.parse(key.obtainedAt) ? said : undefined;
}

/**
 * How long a key lives: what the console said when it was made, else the site profile's `lifetime`, else `every`, which is
 * itself the interval. The age of an adopted key is not known, so its life is the profile's.
 */
function lifeOf(key: KeyTimes): KeyLife {
  const isMade = key.obtainedBy !== 'adopted';
  const obtainedMs = Date.parse(key.obtainedAt);
  const said = sensibleExpiry(key.expiresAt, key);
  const assumedMs = isMade && key.lifetimeMs !== undefined ? obtainedMs + key.lifetimeMs : undefined;
  const expiresAt = said === undefined ? assumedMs : Date.parse(said);
  const floorAt = (lifeMs: number) =>
    isMade ? obtainedMs + Math.max(lifeMs * floorShare, lifeMs > hourlyLifeMs ? hourMs : 0) : -Infinity;

  if (expiresAt !== undefined) {
    const sinceObtainedMs = expiresAt - obtainedMs;
    const lifeMs = isMade ? sinceObtainedMs : (key.lifetimeMs ?? sinceObtainedMs);
    const reserveMs = lifeMs * (lifeMs <= shortLifetimeMs ? 1 / 2 : 1 / 3);
    const floor = floorAt(lifeMs);
    return { dueAt: Math.max(expiresAt - reserveMs, floor), expiresAt, floorAt: floor, basis: 'expiry' };
  }
  if (key.everyMs !== undefined) {
    const floor = floorAt(key.everyMs);
    return { dueAt: Math.max(obtainedMs + key.everyMs, floor), floorAt: floor, basis: 'interval' };
  }
  if (!isMade) return { floorAt: -Infinity, basis: 'unknown' };
  return { dueAt: obtainedMs + unknownLifeMs, floorAt: floorAt(unknownLifeMs), basis: 'unknown' };
}

/** When a key should be renewed; undefined when that cannot be said. Epoch milliseconds. */
export function dueAtMs(key: KeyTimes): number | undefined {
  const { dueAt } = lifeOf(key);
  return dueAt === undefined || Number.isNaN(dueAt) ? undefined : dueAt;
}

/** Whether a key is so young that only a person or a refusal by its service may have it replaced. */
export function isBelowFloor(key: KeyTimes, now: number): boolean {
  return !isFromFuture(key, now) && now < lifeOf(key).floorAt;
}

/** Whether the record says that the key was made later than now. */
export function isFromFuture(key: KeyTimes, now: number): boolean {
  return Date.parse(key.obtainedAt) > now + clockToleranceMs;
}

/**
 * The one rule for when a key is renewed; every command asks it. Decides from the key record alone: no browser, no
 * network, no settings.
 */
export function isDue(
  record: KeyRecord | KeyFacts,
  now: number,
  options: { readonly force?: boolean } = {},
): DueDecision {
  const key: KeyTimes | undefined = record.current;
  if (options.force) return { due: true, reason: 'forced', expiresAt: key?.expiresAt };
  if (!key) return { due: true, reason: 'no-key' };
  const { basis, ...life } = lifeOf(key);
  const expiresAt = life.expiresAt === undefined ? undefined : new Date(life.expiresAt).toISOString();
  const dueAt = dueAtMs(key);
  if (dueAt === undefined || isFromFuture(key, now)) return { due: true, reason: 'expiry-unknown', expiresAt };
  if (life.expiresAt !== undefined && now >= life.expiresAt) return { due: true, reason: 'expired', expiresAt };
  if (now < dueAt) return { due: false, dueAt: new Date(dueAt).toISOString(), expiresAt };
  const reason = { expiry: 'near-expiry', interval: 'interval', unknown: 'expiry-unknown' } as const;
  return { due: true, reason: reason[basis], expiresAt };
}
