import { AppError, orAppError } from '../errors/app-error.js';
import { accountsToDeliver, type AccountsToDeliver } from './accounts-to-deliver.js';
import { requireKey } from './pick-account.js';
import { deliveryStates, type TargetState } from './delivery-states.js';
import { homeOf, type ProcessContext } from './process-context.js';

interface CheckDeliveriesResult {
  readonly account: string;
  readonly states: readonly TargetState[];
  readonly failure?: AppError;
}

/** Checks a file by its content, a program by the record. Changes nothing. One account's failure stops no other. */
export async function* checkDeliveries(
  context: ProcessContext,
  which: AccountsToDeliver,
): AsyncGenerator<CheckDeliveriesResult> {
  const home = homeOf(context);
  for (const config of await accountsToDeliver(home, which)) {
    const account = config.name;
    const hasKey = await orAppError(requireKey(home, account));
    const states = hasKey instanceof AppError ? hasKey : await orAppError(deliveryStates(home, config, context));
    yield states instanceof AppError ? { account, states: [], failure: states } : { account, states };
  }
}
