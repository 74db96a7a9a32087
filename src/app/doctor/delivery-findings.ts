import type { AccountConfig } from '../../store/accounts.js';
import type { ProcessContext } from '../process-context.js';
import { ok, problem, warning, withoutStop, type Finding } from './finding.js';

/** A target that cannot be written stops the next renewal. An outdated target leaves a consumer with an old key. */
export async function deliveryFindings(
  home: string,
  account: AccountConfig,
  context: ProcessContext,
): Promise<Finding[]> {
  if (!account.enabled || (!account.targets?.length && !account.hooks)) return [];
  const { deliveryStates } = await import('../deliver.js');
  const { whyNotRunnable } = await import('../../delivery/put-key.js');
  const states = await deliveryStates(home, account, context);
  const findings = states.map(({ target, where, holds, isReady, error }) => {
    const check = `delivery ${target}`;
    const why = error === undefined ? '' : `: ${withoutStop(error.message)}`;
    if (!isReady) return problem(check, `it cannot take a new key${why}`, { code: error?.code, next: error?.next });
    if (holds) return ok(check, `holds the current key: ${where}`);
    return problem(check, `the current key is not there: ${where}${why}`, { next: `keyturn deliver ${account.name}` });
  });
  for (const [event, { command }] of Object.entries(account.hooks ?? {})) {
    const [program = ''] = command;
    const why = whyNotRunnable(program, context.env);
    const next = `keyturn account hook list ${account.name}`;
    if (why !== undefined) findings.push(warning(`hook ${event}`, `${program} ${why.en}`, { next }));
  }
  return findings;
}
