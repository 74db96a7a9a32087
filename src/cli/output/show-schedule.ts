import { describeInspection, type ScheduleStatus } from '../../app/schedule.js';
import type { Remark } from '../../schedule/scheduler.js';
import { formatDuration } from '../../lib/duration.js';
import { oneLine, redactText } from '../../lib/redact.js';
import { showTime } from '../../lib/show-time.js';
import { scheduleTexts } from '../../messages/cli/schedule.js';
import { commandLineTexts } from '../../messages/command-line.js';
import type { Language } from '../../messages/text.js';
import type { JsonAnswer } from '../../app/json-shapes.js';

const inEnglish = ({ text, next }: Remark) => ({ text: text.en, next });

export function scheduleJson({
  record,
  run,
  inspection,
  watch,
  troubles,
}: ScheduleStatus): JsonAnswer<'schedule status'> {
  const nextAt = inspection?.nextAt;
  return {
    installed: record !== undefined,
    with: record?.with,
    kind: record?.kind,
    willFire: record !== undefined && troubles.length === 0,
    what: inspection?.what.en,
    running: inspection?.isRunning,
    nextAt: nextAt === undefined ? undefined : new Date(nextAt).toISOString(),
    nextSaidBy: nextAt === undefined ? undefined : inspection?.nextSaidBy?.en,
    lastRun: run && {
      at: run.lastRunAt,
      outcome: run.outcome,
      exitCode: run.exitCode,
      error: run.code === undefined ? undefined : { code: run.code, message: run.message ?? '' },
    },
    watch: watch?.en,
    troubles: troubles.map(inEnglish),
    notes: (inspection?.notes ?? []).map(inEnglish),
  };
}

/** The facts for people, one a line, without the troubles. */
export function scheduleLines(
  { record, run, inspection, watch }: ScheduleStatus,
  now: number,
  language: Language,
): readonly string[] {
  const lines: string[] = [];
  if (record && inspection) {
    lines.push(describeInspection(inspection, now)[language]);
    if (record.kind === 'refresh') lines.push(`${scheduleTexts.lastRun[language]} ${lastRunText(run, now, language)}`);
    for (const { text, next } of inspection.notes) {
      lines.push(`${scheduleTexts.note[language]} ${text[language]}`);
      if (next) lines.push(`${commandLineTexts.next[language]} ${next}`);
    }
  }
  if (watch !== undefined) lines.push(scheduleTexts.watchRunning(watch)[language]);
  return lines;
}

function lastRunText(run: ScheduleStatus['run'], now: number, language: Language): string {
  if (!run) return scheduleTexts.noRunYet[language];
  const why = run.message === undefined ? '' : `: ${oneLine(redactText(run.message))} [${run.code ?? ''}]`;
  const ago = formatDuration(Math.max(0, now - Date.parse(run.lastRunAt)), language);
  const { outcome, exitCode } = run;
  return scheduleTexts.ran(showTime(run.lastRunAt, language), ago, outcome, exitCode)[language] + why;
}
