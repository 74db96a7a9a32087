import type { Log } from '../lib/log.js';
import { maskMatches } from '../core/key-record.js';
import type { ConsoleReading, NewKey, RotateHooks } from '../core/ports.js';

/** The key that a rotation makes, handed over the moment it is seen, once. */
export interface NewKeyCatch {
  /** Settles when the hook is through with the key. */
  caught(): Promise<NewKey> | undefined;
  /** A key from an answer or from the page. Ignored when it is the one that was there before. */
  offer(key: string | undefined, expiresAt: string | undefined, seenIn: 'answer' | 'page'): void;
}

export function catchNewKey(before: ConsoleReading, hooks: Pick<RotateHooks, 'onKey'>, log: Log): NewKeyCatch {
  let caught: Promise<NewKey> | undefined;
  return {
    caught: () => caught,
    offer: (key, expiresAt, seenIn) => {
      if (caught || key === undefined || key === before.key) return;
      // A page may reveal the old key; the answer to a rotation holds the new one even if both look alike behind the mask.
      if (seenIn === 'page' && before.mask !== undefined && maskMatches(before.mask, key)) return;
      caught = handOver({ key, expiresAt, seenIn }, hooks, log);
    },
  };
}

/** The key is worth more than the hook's success: the caller gets it in either case. */
export async function handOver(key: NewKey, hooks: Pick<RotateHooks, 'onKey'>, log: Log): Promise<NewKey> {
  try {
    await hooks.onKey(key);
  } catch (error) {
    log.error({ err: error }, 'the new key could not be written ahead');
  }
  return key;
}
