import type { ProcessContext } from '../process-context.js';
import type { Finding } from './finding.js';

/** Whether anything renews the keys automatically, and whether it will run the next time. */
export async function scheduleFindings(context: ProcessContext, home: string): Promise<Finding[]> {
  const { scheduleFacts } = await import('../schedule-status.js');
  const { describeInspection } = await import('../describe-inspection.js');
  const { record, inspection, watch, troubles } = await scheduleFacts(context, home);
  const check = 'schedule';
  if (!record && watch !== undefined) return [{ level: 'ok', check, text: `keyturn watch runs: ${watch}` }];
  if (!record) {
    const text = 'none: keys are renewed only when somebody runs keyturn refresh';
    return [{ level: 'note', check, text, next: 'keyturn schedule install' }];
  }
  if (troubles.length > 0) {
    // A running watch renews the keys anyway.
    const level = watch === undefined ? 'problem' : 'warning';
    return troubles.map(({ text, next }) => ({ level, check, text, next }));
  }
  const fine: Finding = {
    level: 'ok',
    check,
    text: inspection ? describeInspection(inspection, context.clock.now()).en : record.with,
  };
  return [fine, ...(inspection?.notes ?? []).map(({ text, next }) => ({ level: 'note' as const, check, text, next }))];
}
