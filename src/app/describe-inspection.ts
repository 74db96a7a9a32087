import { formatDuration } from '../lib/duration.js';
import type { Inspection } from '../schedule/scheduler.js';
import { showTime } from '../lib/show-time.js';

/** `the systemd user timer keyturn-refresh.timer, next at 2026-11-25 20:04 (in 12m), as systemd says` */
export function describeInspection({ what, isRunning, nextAt, nextSaidBy }: Inspection, now: number): string {
  if (nextAt === undefined) return isRunning ? `${what}, running now` : what;
  return `${what}, next at ${showTime(new Date(nextAt).toISOString())} (in ${formatDuration(Math.max(0, nextAt - now))}), as ${nextSaidBy ?? 'it'} says`;
}
