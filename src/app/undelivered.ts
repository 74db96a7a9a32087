import { dueAt, hasWishes, nextDeliveryAt, wantedOf } from '../core/delivery-record.js';
import type { KeyFacts } from '../core/key-record.js';
import type { AccountConfig } from '../store/accounts.js';
import { readDeliveries } from '../store/deliveries.js';
import type { AccountPaths } from '../store/home.js';
import { timeText } from '../lib/show-time.js';
import { undeliveredTexts } from '../messages/cli/status.js';
import type { Text } from '../messages/text.js';

type UndeliveredTarget = Awaited<ReturnType<typeof undeliveredTargets>>[number];

/** The targets and hooks without the current key, by the delivery record alone. */
export async function undeliveredTargets(
  paths: AccountPaths,
  account: AccountConfig,
  { current }: KeyFacts,
  now: number,
) {
  const fingerprint = current?.fingerprint;
  if (fingerprint === undefined || !hasWishes(account)) return [];
  const record = await readDeliveries(paths);
  return wantedOf(account).flatMap(({ name, where }) => {
    const state = record.targets[name];
    if (dueAt(state, where, fingerprint, now) === undefined) return [];
    const { failure } = state?.where === where ? state : {};
    const { attempts, since, nextTryAt } = failure ?? {};
    const error = failure && { code: failure.code, message: failure.message };
    return [{ target: name, where, error, attempts, since, nextTryAt }];
  });
}

export function undeliveredNote({ target, where, error, attempts, since, nextTryAt }: UndeliveredTarget): Text {
  if (!error) return undeliveredTexts.notYet(target, where);
  const text = (time: string | undefined) => (time === undefined ? undefined : timeText(time));
  return undeliveredTexts.failed(`${error.message} [${error.code}]`, attempts ?? 0, text(since), text(nextTryAt));
}

/** Undefined when all consumers have the key. A key that cannot be decrypted now is to be delivered all the same. */
export async function deliveryTime(
  account: AccountConfig,
  paths: AccountPaths,
  { current }: KeyFacts,
  now: number,
): Promise<number | undefined> {
  return hasWishes(account)
    ? nextDeliveryAt(account, await readDeliveries(paths), current?.fingerprint, now)
    : undefined;
}
