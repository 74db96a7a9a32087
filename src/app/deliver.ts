import { AppError, orAppError } from '../errors/app-error.js';
import type { DeliveryEnd } from '../delivery/deliver-key.js';
import type { AccountConfig } from '../store/accounts.js';
import { openDelivery } from './account-delivery.js';
import { openAccountFiles, openRunContext } from './container.js';
import type { RunContext } from './context.js';
import { requireKey } from './pick-account.js';
import { accountsToDeliver, type AccountsToDeliver } from './accounts-to-deliver.js';
import { homeOf, type ProcessContext } from './process-context.js';

interface DeliverResult {
  readonly account: string;
  readonly ends: readonly DeliveryEnd[];
  readonly failure?: AppError;
}

/** Delivers each account's key to all its targets, whatever the record says. One account's failure stops no other. */
export async function* deliver(
  context: ProcessContext,
  which: AccountsToDeliver,
  isAttended: boolean,
): AsyncGenerator<DeliverResult> {
  const home = homeOf(context);
  const accounts = await accountsToDeliver(home, which);
  const run = await openRunContext(context, { home });
  try {
    for (const account of accounts) {
      const result = await orAppError(deliverOne(run, account, isAttended));
      yield result instanceof AppError ? { account: account.name, ends: [], failure: result } : result;
      context.signal.throwIfAborted();
    }
  } finally {
    await run.close();
  }
}

/**
 * 1. Without a key the account fails, and its targets are left alone.
 * 2. The targets get the key, then the hook `renewed` runs.
 * 3. If a target failed, the hook `failed` runs.
 * 4. The owner is notified, unless they are at the terminal.
 */
async function deliverOne(run: RunContext, account: AccountConfig, isAttended: boolean): Promise<DeliverResult> {
  await requireKey(run.home, account.name);
  const delivery = openDelivery(run, openAccountFiles(run, account), { siteTitle: account.site });
  const { ends, failure, expiresAt } = await delivery.deliver('all');
  if (failure) {
    const { code: errorCode, message: errorMessage, hint: nextCommand } = failure;
    await delivery.hook('failed', { outcome: 'undelivered', errorCode, errorMessage, nextCommand, expiresAt });
  }
  await delivery.notify(ends, { isAttended, wasToldAlong: false });
  return { account: account.name, ends, failure };
}
