import { AppError } from '../errors/app-error.js';
import { accountsToDeliver, type AccountsToDeliver } from './accounts-to-deliver.js';
import { requireKey } from './pick-account.js';
import { deliveryStates, type TargetState } from './delivery-states.js';
import { homeOf, type ProcessContext } from './process-context.js';

export interface CheckDeliveriesOptions extends AccountsToDeliver {
  /** Called after each account. */
  readonly onChecked: (result: CheckDeliveriesResult) => void;
}

/** Which targets of one account hold its current key. */
export interface CheckDeliveriesResult {
  readonly account: string;
  readonly states: readonly TargetState[];
  /** Why the targets could not be checked. */
  readonly failure?: AppError;
}

/**
 * Checks each target of each account: a file by its content, a program by the record. Changes nothing. A failure of one
 * account does not stop the next one.
 */
export async function checkDeliveries(
  context: ProcessContext,
  options: CheckDeliveriesOptions,
): Promise<readonly CheckDeliveriesResult[]> {
  const home = homeOf(context);
  const results: CheckDeliveriesResult[] = [];
  for (const account of await accountsToDeliver(home, options)) {
    let result: CheckDeliveriesResult;
    try {
      await requireKey(home, account.name);
      result = { account: account.name, states: await deliveryStates(home, account, context) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      result = { account: account.name, states: [], failure: error };
    }
    results.push(result);
    options.onChecked(result);
  }
  return results;
}

export const isBehind = ({ states, failure }: CheckDeliveriesResult): boolean =>
  failure !== undefined || states.some(({ holds, isReady }) => !holds || !isReady);
