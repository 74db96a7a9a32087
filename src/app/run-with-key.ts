import { constants } from 'node:os';
import { appError } from '../lib/app-error.js';
import { deliveryErrors } from '../delivery/delivery-errors.js';
import { childEnv } from '../lib/child-env.js';
import { usageError } from '../lib/settings-errors.js';
import { runInForeground } from '../lib/run-command.js';
import { usageTexts } from '../messages/cli/usage.js';
import { deliveryTexts } from '../messages/delivery-errors.js';
import { keyVariable } from './account/account-config.js';
import { pickAccount, pickKey } from './pick-account.js';
import { homeOf, type ProcessContext } from './process-context.js';

export interface RunWithKeyOptions {
  /** Absent: the only account. */
  readonly account?: string;
  readonly program: readonly [string, ...string[]];
  /** The environment variable that holds the key. Absent: the one that the site profile names. */
  readonly variable?: string;
}

/** Resolves with the exit code, or 128 plus the signal's number. Rejects when the key is missing or expired. */
export async function runWithKey(context: ProcessContext, options: RunWithKeyOptions): Promise<number> {
  const home = homeOf(context);
  const { name, site } = await pickAccount(home, options.account, 'exec');
  const variable = options.variable ?? (await keyVariable(site));
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    throw usageError({ message: usageTexts.variableName(variable), command: 'keyturn exec' });
  }
  const key = await pickKey(home, { name }, { command: 'exec', now: context.clock.now() });
  const end = await runInForeground(options.program, childEnv('consumer', context.env, { [variable]: key }));
  if (end.kind === 'exited') return end.exitCode;
  if (end.kind === 'killed') return 128 + constants.signals[end.signal];
  const how = deliveryTexts.notStarted(end.reason);
  throw appError(deliveryErrors.programFailed, { program: options.program[0], how, isNotStarted: true });
}
