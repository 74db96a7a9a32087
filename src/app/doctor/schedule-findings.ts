import type { ProcessContext } from '../process-context.js';
import { note, ok, problem, warning, type Finding } from './finding.js';

export async function scheduleFindings(context: ProcessContext): Promise<Finding[]> {
  const { describeInspection, scheduleStatus } = await import('../schedule.js');
  const { record, inspection, watch, troubles } = await scheduleStatus(context);
  const check = 'schedule';
  if (!record && watch !== undefined) return [ok(check, `keyturn watch runs: ${watch}`)];
  if (!record) {
    const text = 'none: keys are renewed only when somebody runs keyturn refresh';
    return [note(check, text, { next: 'keyturn schedule install' })];
  }
  if (troubles.length > 0) {
    // A running watch renews the keys anyway.
    const trouble = watch === undefined ? problem : warning;
    return troubles.map(({ text, next }) => trouble(check, text, { next }));
  }
  const notes = (inspection?.notes ?? []).map(({ text, next }) => note(check, text, { next }));
  return [ok(check, inspection ? describeInspection(inspection, context.clock.now()).en : record.with), ...notes];
}
