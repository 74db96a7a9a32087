import type { KeyFacts, KeyRecord } from './key-record.js';
import type { IsoTime } from './outcome.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** As certbot does, keys that live up to this long are renewed after half their life, others after two thirds. */
const shortLifetimeMs = 10 * dayMs;
/** A key made by keyturn is not replaced during this share of its life. */
const floorShare = 0.4;
/** Keys that live longer than this are not renewed twice within an hour. */
const hourlyLifeMs = 3 * hourMs;
/** The renewal interval of a key made by keyturn if neither console nor site profile states its lifetime. */
const unknownLifeMs = dayMs;
/** A difference of the clocks below this is not measured. */
const unmeasuredMs = 2 * 60_000;
/** A record further in the future than this comes from a wrong clock, or the clock is wrong now. */
const clockToleranceMs = 10 * 60_000;

export type DueReason = 'forced' | 'no-key' | 'expiry-unknown' | 'expired' | 'near-expiry' | 'interval';

export type DueDecision =
  | { readonly due: false; readonly dueAt: IsoTime; readonly expiresAt?: IsoTime }
  | { readonly due: true; readonly reason: DueReason; readonly dueAt?: undefined; readonly expiresAt?: IsoTime };

/** A key without `obtainedBy` is from an encrypted record of version 0.1.0 and counts as made by keyturn. */
type KeyTimes = NonNullable<KeyFacts['current']>;

/** All times in epoch milliseconds. */
interface KeyLife {
  /** Undefined if the key's age is unknown. The key is then due. */
  readonly dueAt?: number;
  readonly expiresAt?: number;
  /** Until this time a new key needs a person's order or a refusal by the service. */
  readonly floorAt: number;
  readonly basis: 'expiry' | 'interval' | 'unknown';
}

/**
 * The stated expiry, unless it is unreadable or not well after the key was made: the clock runs ahead, or the field holds
 * the start of a range. An adopted key may have expired before it was found, so any readable expiry counts for it.
 */
export function sensibleExpiry(
  said: IsoTime | undefined,
  key: Pick<KeyTimes, 'obtainedAt' | 'obtainedBy'>,
): IsoTime | undefined {
  const saidMs = Date.parse(said ?? '');
  if (Number.isNaN(saidMs)) return undefined;
  return key.obtainedBy === 'adopted' || saidMs > Date.parse(key.obtainedAt) + unmeasuredMs ? said : undefined;
}

/** The console's, else the profile's `lifetime`, else `every`. An adopted key of unknown age gets the profile's. */
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

export function dueAtMs(key: KeyTimes): number | undefined {
  const { dueAt } = lifeOf(key);
  return dueAt === undefined || Number.isNaN(dueAt) ? undefined : dueAt;
}

/** Whether the key is so young that only a person's order or a refusal by its service may replace it. */
export function isBelowFloor(key: KeyTimes, now: number): boolean {
  return !isFromFuture(key, now) && now < lifeOf(key).floorAt;
}

export function isFromFuture(key: Pick<KeyTimes, 'obtainedAt'>, now: number): boolean {
  return Date.parse(key.obtainedAt) > now + clockToleranceMs;
}

/** This machine's clock has been set back since the difference was measured, which is then worth nothing. */
function isSetBack({ clock }: Pick<KeyFacts, 'clock'>, now: number): boolean {
  return clock !== undefined && Date.parse(clock.measuredAt) > now + clockToleranceMs;
}

/** The time by the site's clock, as far as the difference is known. `now` is this machine's. */
export function siteTime(record: Pick<KeyFacts, 'clock'>, now: number): number {
  return isSetBack(record, now) ? now : now - (record.clock?.aheadMs ?? 0);
}

/** The facts with their times by this machine's clock, for those who wait by it. */
export function inMachineTime(facts: KeyFacts): KeyFacts {
  const { current, clock } = facts;
  if (!current || !clock) return facts;
  const shifted = (time: IsoTime) => new Date(Date.parse(time) + clock.aheadMs).toISOString();
  const { obtainedAt, expiresAt } = current;
  const times = { obtainedAt: shifted(obtainedAt), expiresAt: expiresAt && shifted(expiresAt) };
  return { current: { ...current, ...times }, clock: { ...clock, aheadMs: 0 } };
}

/** Whether the record is from a later time than the clock shows. Nothing can then be said of the key's age. */
export function isTimeDoubtful(record: KeyRecord | KeyFacts, now: number): boolean {
  const { current } = record;
  return isSetBack(record, now) || (current !== undefined && isFromFuture(current, siteTime(record, now)));
}

/**
 * The one rule for when a key is renewed. Reads only the key record: no browser, no network, no settings. `now` is this
 * machine's time, which the record corrects; the times of the result are the site's.
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
  if (dueAt === undefined || isTimeDoubtful(record, now)) return { due: true, reason: 'expiry-unknown', expiresAt };
  const at = siteTime(record, now);
  if (life.expiresAt !== undefined && at >= life.expiresAt) return { due: true, reason: 'expired', expiresAt };
  if (at < dueAt) return { due: false, dueAt: new Date(dueAt).toISOString(), expiresAt };
  const reason = { expiry: 'near-expiry', interval: 'interval', unknown: 'expiry-unknown' } as const;
  return { due: true, reason: reason[basis], expiresAt };
}
