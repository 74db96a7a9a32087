import { durationText } from '../lib/duration.js';
import { timeText } from '../lib/show-time.js';
import { scheduleTexts } from '../messages/cli/schedule.js';
import { same, type Text } from '../messages/text.js';
import type { Inspection } from '../schedule/scheduler.js';

/** `the systemd user timer keyturn-refresh.timer, next at 2026-11-25 20:04 (in 12m), as systemd says` */
export function describeInspection({ what, isRunning, nextAt, nextSaidBy }: Inspection, now: number): Text {
  if (nextAt === undefined) return isRunning ? scheduleTexts.jobRuns(what) : same(what);
  const span = durationText(Math.max(0, nextAt - now));
  return scheduleTexts.next(what, timeText(new Date(nextAt).toISOString()), span, nextSaidBy);
}
