import { describeJob, type ScheduleStatus } from '../../app/schedule.js';
import { formatDuration } from '../../lib/duration.js';
import { oneLine, redactText } from '../../lib/redact.js';
import { showTime } from '../../lib/show-time.js';
import { scheduleTexts } from '../../messages/cli/schedule.js';
import { commandLineTexts } from '../../messages/command-line.js';
import type { Language } from '../../messages/text.js';

/** The facts for people, one a line, without the troubles. */
export function scheduleLines({ kind, job, lastRun, notes, watch }: ScheduleStatus, now: number, language: Language) {
  const lines: string[] = [];
  if (job) {
    lines.push(describeJob(job, now)[language]);
    if (kind === 'refresh') lines.push(`${scheduleTexts.lastRun[language]} ${lastRunText(lastRun, now, language)}`);
    for (const { text, next } of notes) {
      lines.push(`${scheduleTexts.note[language]} ${text[language]}`);
      if (next) lines.push(`${commandLineTexts.next[language]} ${next}`);
    }
  }
  if (watch !== undefined) lines.push(scheduleTexts.watchRunning(watch)[language]);
  return lines;
}

function lastRunText(run: ScheduleStatus['lastRun'], now: number, language: Language): string {
  if (!run) return scheduleTexts.noRunYet[language];
  const { at, outcome, exitCode, error } = run;
  const why = error === undefined ? '' : `: ${oneLine(redactText(error.message))} [${error.code}]`;
  const ago = formatDuration(Math.max(0, now - Date.parse(at)), language);
  return scheduleTexts.ran(showTime(at, language), ago, outcome, exitCode)[language] + why;
}
