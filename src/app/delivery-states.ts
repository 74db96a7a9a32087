import { dueAt, wantedOf } from '../core/delivery-record.js';
import { checkTarget, holdsKey } from '../delivery/put-key.js';
import { AppError, orAppError } from '../errors/app-error.js';
import { fingerprintOf } from '../core/key-record.js';
import type { AccountConfig } from '../store/accounts.js';
import { readDeliveries } from '../store/deliveries.js';
import { accountPaths } from '../store/home.js';
import { readKeyRecord } from '../store/key-records.js';
import type { ProcessContext } from './process-context.js';

export type TargetState = Awaited<ReturnType<typeof deliveryStates>>[number];

/** Checks every target of an account, and changes nothing. Without a key every target is up to date. */
export async function deliveryStates(home: string, account: AccountConfig, context: ProcessContext) {
  const paths = accountPaths(home, account.name);
  const { current } = await readKeyRecord(paths);
  const record = await readDeliveries(paths);
  const fingerprint = current && fingerprintOf(current.key);
  const checking = { account: account.name, env: context.env };
  const states = [];
  for (const { name, where, target } of wantedOf(account)) {
    const known = record.targets[name];
    const byRecord = fingerprint === undefined || dueAt(known, where, fingerprint, context.clock.now()) === undefined;
    const failure = known?.where === where && !byRecord ? known.failure : undefined;
    const found = target && current ? await orAppError(holdsKey(target, current.key, account.name)) : undefined;
    const error = found instanceof AppError ? found : target && (await orAppError(checkTarget(target, checking)));
    const seen = found instanceof AppError ? undefined : found;
    const holds = seen ?? (byRecord && !error);
    const why = error ?? (holds ? undefined : failure);
    states.push({
      target: name,
      where,
      holds,
      /** Seen in the file itself, not only in the record. */
      isSeen: seen !== undefined,
      /** A new key could be written to it. */
      isReady: !error,
      error: why && { code: why.code, message: why.message, next: error?.hint },
      nextTryAt: failure?.nextTryAt,
    });
  }
  return states;
}
