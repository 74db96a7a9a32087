import type { KeyRecord } from '../core/key-record.js';

const hourMs = 3_600_000;

/** Reasons to renew that mean the old key is dead, or may be. Rotating it then harms no consumer. */
const deadReasons = ['no-key', 'expired', 'changed-elsewhere', 'answer-lost'];

/**
 * A target cannot take the new key. While the old key works, do not rotate: the owner can repair the target in time.
 * Once the old key is dead or in its last hours, waiting helps nobody: the other consumers get the new key.
 */
export function rotatesRegardless(record: KeyRecord, reason: string, hasIntent: boolean, now: number): boolean {
  const { current } = record;
  if (!current || hasIntent || deadReasons.includes(reason)) return true;
  if (current.expiresAt === undefined) return false;
  const lifetimeMs = current.lifetimeMs ?? Date.parse(current.expiresAt) - Date.parse(current.obtainedAt);
  const lastMs = lifetimeMs > 0 ? Math.min(6 * hourMs, lifetimeMs / 10) : 6 * hourMs;
  return Date.parse(current.expiresAt) - now <= lastMs;
}
