import { AppError } from '../errors/app-error.js';
import type { DeliveryEnd } from '../delivery/deliver-key.js';
import { openDelivery } from './account-delivery.js';
import { openAccountFiles, openRunContext } from './container.js';
import { requireKey } from './pick-account.js';
import { accountsToDeliver, type AccountsToDeliver } from './accounts-to-deliver.js';
import { homeOf, type ProcessContext } from './process-context.js';

export interface DeliverOptions extends AccountsToDeliver {
  /** The owner sits at the terminal and needs no message. */
  readonly isAttended: boolean;
  /** Called after each account. */
  readonly onDelivered: (result: DeliverResult) => void;
}

/** How the delivery ended for one account. */
export interface DeliverResult {
  readonly account: string;
  readonly ends: readonly DeliveryEnd[];
  /** Why some targets, or all of them, do not have the key. */
  readonly failure?: AppError;
}

/**
 * Writes the current key of each account to all its targets, whatever the record says about them. For each account:
 *
 * 1. Without a key the account fails, and its targets are left alone.
 * 2. The targets get the key, then the hook `renewed` runs.
 * 3. If a target failed, the hook `failed` runs.
 * 4. The owner is notified, unless they are at the terminal.
 *
 * A failure of one account does not stop the next one.
 */
export async function deliver(context: ProcessContext, options: DeliverOptions): Promise<readonly DeliverResult[]> {
  const home = homeOf(context);
  const accounts = await accountsToDeliver(home, options);
  const run = await openRunContext(context, { home });
  const results: DeliverResult[] = [];
  const { isAttended, onDelivered } = options;
  const add = (result: DeliverResult) => {
    results.push(result);
    onDelivered(result);
  };
  try {
    for (const account of accounts) {
      try {
        await requireKey(home, account.name);
        const delivery = openDelivery(run, openAccountFiles(run, account), { siteTitle: account.site });
        const { ends, failure, expiresAt } = await delivery.deliver('all');
        if (failure) {
          await delivery.hook('failed', {
            outcome: 'undelivered',
            errorCode: failure.code,
            errorMessage: failure.message,
            nextCommand: failure.hint,
            expiresAt,
          });
        }
        await delivery.notify(ends, { isAttended, wasToldAlong: false });
        add({ account: account.name, ends, failure });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        add({ account: account.name, ends: [], failure: error });
      }
      context.signal.throwIfAborted();
    }
  } finally {
    await run.close();
  }
  return results;
}
