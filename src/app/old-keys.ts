import type { DeliveryRecord } from '../core/delivery-record.js';
import { whereOf, type DeliveryTarget } from '../core/delivery-target.js';
import type { KeyRecord } from '../core/key-record.js';
import type { OldKeys } from '../delivery/replacement.js';
import type { LinearPattern } from '../lib/linear-pattern.js';
import { fixedPrefix } from '../site/find-key.js';
import { resolveSite } from '../site/resolve-site.js';
import type { AccountConfig } from '../store/accounts.js';

interface Options {
  readonly insists?: boolean;
  readonly siteOf?: (account: AccountConfig) => Promise<{ readonly key: { readonly pattern: LinearPattern } }>;
}

/**
 * What counts as an old key in the account's targets. A pattern without a fixed prefix fits texts that are no keys, and
 * a site profile that cannot be read leaves the keys of the record.
 */
export async function oldKeysOf(
  account: AccountConfig,
  { current, previous }: KeyRecord,
  { targets }: DeliveryRecord,
  { insists = false, siteOf = resolveSite }: Options = {},
): Promise<(target: DeliveryTarget) => OldKeys> {
  const site = account.targets?.length ? await siteOf(account).catch(() => undefined) : undefined;
  const pattern = site?.key.pattern;
  const prefix = pattern ? fixedPrefix(pattern) : '';
  const matches = (word: string) => pattern?.matches(word) === true && !/[*•●…]/.test(word);
  return (target) => {
    const before = targets[target.name];
    return {
      keys: [...(current ? [current] : []), ...previous].map(({ key }) => key),
      delivered: before?.where === whereOf(target) ? before.fingerprint : undefined,
      pattern: prefix === '' ? undefined : { prefix, matches },
      insists: insists || (target.kind !== 'command' && target.replace === true),
      insistBy: `keyturn deliver ${account.name} --replace`,
    };
  };
}
