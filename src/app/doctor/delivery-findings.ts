import type { AccountConfig } from '../../store/accounts.js';
import type { ProcessContext } from '../process-context.js';
import type { Finding } from './finding.js';

/** A target that cannot be written stops the next renewal. An outdated target leaves a consumer with an old key. */
export async function deliveryFindings(
  home: string,
  account: AccountConfig,
  context: ProcessContext,
): Promise<Finding[]> {
  if (!account.enabled || (!account.targets?.length && !account.hooks)) return [];
  const { deliveryStates } = await import('../delivery-states.js');
  const { whyNotRunnable } = await import('../../delivery/put-key.js');
  const findings: Finding[] = [];
  const deliver = `keyturn deliver ${account.name}`;
  for (const { target, where, holds, isReady, code, message, next } of await deliveryStates(home, account, context)) {
    const check = `delivery ${target}`;
    const why = message === undefined ? '' : `: ${message.replace(/\.$/, '')}`;
    if (!isReady) findings.push({ level: 'problem', check, text: `it cannot take a new key${why}`, code, next });
    else if (!holds)
      findings.push({ level: 'problem', check, text: `the current key is not there: ${where}${why}`, next: deliver });
    else findings.push({ level: 'ok', check, text: `holds the current key: ${where}` });
  }
  for (const [event, hook] of Object.entries(account.hooks ?? {})) {
    const problem = whyNotRunnable(hook.command[0] ?? '', context.env);
    if (problem === undefined) continue;
    findings.push({
      level: 'warning',
      check: `hook ${event}`,
      text: `${hook.command[0] ?? ''} ${problem.en}`,
      next: `keyturn account hook list ${account.name}`,
    });
  }
  return findings;
}
