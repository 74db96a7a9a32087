import { expiredAt } from '../core/key-record.js';
import { pickAccount, requireKey } from './pick-account.js';

/** A key for `keyturn key`. */
export interface CurrentKey {
  readonly account: string;
  readonly key: string;
  /** Present when the key has expired. */
  readonly expiredAt?: string;
}

/**
 * The key of the named account, or of the only one. An expired key is returned as well.
 * @param warn called when the record is damaged and its second copy is read
 */
export async function currentKey(
  home: string,
  name: string | undefined,
  { now, warn }: { readonly now: number; readonly warn: (message: string) => void },
): Promise<CurrentKey> {
  const account = (await pickAccount(home, name, 'key')).name;
  const current = await requireKey(home, account, warn);
  return { account, key: current.key, expiredAt: expiredAt(current, now) };
}
