import type { KeyFacts, KeyRecord } from './key-record.js';
import type { IsoTime } from './outcome.js';

const dayMs = 86_400_000;
/** Up to this lifetime half of it is kept in reserve, as certbot does for short-lived certificates; above, a third. */
const shortLifetimeMs = 10 * dayMs;

export type DueReason = 'forced' | 'no-key' | 'expiry-unknown' | 'expired' | 'near-expiry';

export type DueDecision =
  | { readonly due: false; readonly dueAt: IsoTime; readonly expiresAt: IsoTime }
  | { readonly due: true; readonly reason: DueReason; readonly expiresAt?: IsoTime };

/** When a key should be renewed; undefined when its expiry or lifetime is not known. Epoch milliseconds. */
export function dueAtMs(key: NonNullable<KeyFacts['current']>): number | undefined {
  const expiresMs = key.expiresAt === undefined ? NaN : Date.parse(key.expiresAt);
  if (Number.isNaN(expiresMs)) return undefined;
  const lifetimeMs = key.lifetimeMs ?? expiresMs - Date.parse(key.obtainedAt);
  if (!(lifetimeMs > 0)) return undefined;
  return expiresMs - lifetimeMs * (lifetimeMs <= shortLifetimeMs ? 1 / 2 : 1 / 3);
}

/** Decides from the key record alone: no browser, no network, no settings. */
export function isDue(
  record: KeyRecord | KeyFacts,
  now: number,
  options: { readonly force?: boolean } = {},
): DueDecision {
  const key = record.current;
  if (options.force) return { due: true, reason: 'forced', expiresAt: key?.expiresAt };
  if (!key) return { due: true, reason: 'no-key' };
  const dueAt = dueAtMs(key);
  if (dueAt === undefined || key.expiresAt === undefined) return { due: true, reason: 'expiry-unknown' };
  if (now >= Date.parse(key.expiresAt)) return { due: true, reason: 'expired', expiresAt: key.expiresAt };
  if (now >= dueAt) return { due: true, reason: 'near-expiry', expiresAt: key.expiresAt };
  return { due: false, dueAt: new Date(dueAt).toISOString(), expiresAt: key.expiresAt };
}
