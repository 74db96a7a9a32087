import { dueAt, hasWishes, wantedOf } from '../core/delivery-record.js';
import { fingerprintOf } from '../core/key-record.js';
import { checkTarget, holdsKey } from '../delivery/put-key.js';
import { AppError, appError, orAppError } from '../lib/app-error.js';
import { usageError } from '../lib/settings-errors.js';
import { storeErrors } from '../lib/store-errors.js';
import { targetTexts } from '../messages/cli/account-target.js';
import type { AccountConfig } from '../store/accounts.js';
import { readDeliveries } from '../store/deliveries.js';
import { accountPaths } from '../store/home.js';
import { readKeyRecord } from '../store/key-records.js';
import { openDelivery } from './account-delivery.js';
import { oldKeysOf } from './old-keys.js';
import { openAccountFiles } from '../store/account-files.js';
import { namedAccounts, requireKey } from './pick-account.js';
import type { JsonAnswer } from './json-shapes.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { openRunContext, type RunContext } from './run-context.js';

export type Delivered = Omit<JsonAnswer<'deliver'>['accounts'][number], 'error'> & { readonly error?: AppError };

/**
 * Delivers each account's key to all its targets, whatever the record says; or checks a file by its content, a program
 * by the record, and changes nothing. One account's failure stops no other. `insists`: a text that is no known key is
 * replaced, too.
 */
export async function* deliver(
  context: ProcessContext,
  name: string | undefined,
  options: { readonly isCheck: boolean; readonly isAttended: boolean; readonly insists?: boolean },
): AsyncGenerator<Delivered> {
  const home = homeOf(context);
  const { accounts, broken } = await accountsToDeliver(home, name);
  yield* broken.map(({ name: account, error }) => ({ account, targets: [], error }));
  const run = options.isCheck ? undefined : await openRunContext(context);
  try {
    for (const config of accounts) {
      const account = config.name;
      const done = await orAppError(
        requireKey(home, account).then(async () =>
          run ? deliverOne(run, config, options) : { targets: await deliveryStates(home, config, context) },
        ),
      );
      yield { account, ...(done instanceof AppError ? { targets: [], error: done } : done) };
      context.signal.throwIfAborted();
    }
  } finally {
    await run?.close();
  }
}

/**
 * 1. The targets get the key, then the hook `renewed` runs.
 * 2. If a target failed, the hook `failed` runs.
 * 3. The owner is notified, unless they are at the terminal.
 */
async function deliverOne(
  run: RunContext,
  account: AccountConfig,
  { isAttended, insists }: { readonly isAttended: boolean; readonly insists?: boolean },
) {
  const delivery = openDelivery(run, openAccountFiles(run, account), { siteTitle: account.site });
  const delivered = await delivery.deliver('all', insists);
  const { ends, failure: error } = delivered;
  if (error) await delivery.failed(error, delivered);
  await delivery.notify(ends, { isAttended, wasToldAlong: false });
  const targets = ends.map(({ name: target, where, state, failure }) => ({
    target,
    where,
    state,
    nextTryAt: failure?.nextTryAt,
    error: failure && { code: failure.code, message: failure.message },
  }));
  return { targets, error };
}

/** Checks every target of an account, and changes nothing. Without a key every target is up to date. */
export async function deliveryStates(home: string, account: AccountConfig, context: ProcessContext) {
  const paths = accountPaths(home, account.name);
  const keyRecord = await readKeyRecord(paths);
  const { current } = keyRecord;
  const record = await readDeliveries(paths);
  const oldKeys = await oldKeysOf(account, keyRecord, record);
  const fingerprint = current && fingerprintOf(current.key);
  const checking = { account: account.name, env: context.env };
  const states = [];
  for (const { name, where, target } of wantedOf(account)) {
    const known = record.targets[name];
    const byRecord = fingerprint === undefined || dueAt(known, where, fingerprint, context.clock.now()) === undefined;
    const failure = known?.where === where && !byRecord ? known.failure : undefined;
    const old = target && oldKeys(target);
    const found = old && current ? await orAppError(holdsKey(target, current.key, old, account.name)) : undefined;
    const error = found instanceof AppError ? found : old && (await orAppError(checkTarget(target, old, checking)));
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

/**
 * The named account, or every one that is enabled and has a target or the hook `renewed`. Rejects when there is none.
 */
async function accountsToDeliver(home: string, name: string | undefined) {
  const { accounts, broken } = await namedAccounts(home, name === undefined ? [] : [name]);
  const [first] = accounts;
  if (!first && broken.length === 0) throw appError(storeErrors.unknownAccount, {});
  const wanted = accounts.filter((account) => (account.enabled || name !== undefined) && hasWishes(account));
  if (wanted.length > 0 || !first) return { accounts: wanted, broken };
  const next = `keyturn account target add ${first.name} env ./.env`;
  throw usageError({ message: targetTexts.noTargets(first.name), next });
}
