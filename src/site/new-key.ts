import type { Log } from '../lib/log.js';
import type { Redactor } from '../lib/redactor.js';
import { maskMatches } from '../core/key-record.js';
import type { ConsoleReading, NewKey, RotateHooks, ShownExpiry } from '../core/ports.js';

/** Receives the new key of a rotation and hands it to the hook once, as soon as it is seen. */
export function catchNewKey(
  before: ConsoleReading,
  hooks: Pick<RotateHooks, 'onKey'>,
  { log, redactor }: { readonly log: Log; readonly redactor: Redactor },
) {
  let caught: Promise<NewKey> | undefined;
  return {
    /** Resolves once the hook has finished with the key; undefined while there is no key. */
    caught: () => caught,
    /** Offers a key seen in an answer or on the page. The old key is ignored. */
    offer: (key: string | undefined, expiry: ShownExpiry, seenIn: 'answer' | 'page') => {
      if (caught || key === undefined || key === before.key) return;
      // A page may reveal the old key. The answer to a rotation holds the new key even when both have the same mask.
      if (seenIn === 'page' && before.mask !== undefined && maskMatches(before.mask, key)) return;
      redactor.add(key);
      caught = handOver({ ...expiryIn(expiry), key }, hooks, log);
    },
  };
}

export const expiryIn = ({ expiresAt, unreadExpiry, isExpiryRelative }: ShownExpiry): ShownExpiry => ({
  expiresAt,
  unreadExpiry,
  isExpiryRelative,
});

/** Returns the key even when the hook fails, because losing the key would be worse. */
export async function handOver(key: NewKey, hooks: Pick<RotateHooks, 'onKey'>, log: Log): Promise<NewKey> {
  try {
    await hooks.onKey(key);
  } catch (error) {
    log.error({ err: error }, 'the new key could not be written ahead');
  }
  return key;
}
