import { formatDuration } from '../../lib/duration.js';
import type { Notice, Notifier } from '../../core/owner-ports.js';
import { quietUntil, type QuietHours } from '../../lib/quiet-hours.js';

/** After a sleep, a machine runs its overdue timers within this much time awake. */
const graceMs = 75 * 60_000;
/**
 * Checks are at most a minute apart. A longer gap means that the machine slept, so no schedule could run either.
 */
const longestGapMs = 2 * 60_000;

export interface ScheduleAlertDeps {
  /** How long the schedule has been silent; undefined if it runs normally, or if the owner was already notified. */
  readonly overdueMs: () => Promise<number | undefined>;
  readonly markNotified: () => Promise<void>;
  readonly notifier: Notifier;
  readonly quiet?: QuietHours;
  readonly language: 'zh' | 'en';
  readonly now: () => number;
}

/** Notifies the owner when an installed schedule has stopped running: once, until it runs again. */
export class ScheduleAlert {
  private lastCheckAt: number | undefined;
  private awakeMs = 0;

  constructor(private readonly deps: ScheduleAlertDeps) {}

  async check(): Promise<void> {
    const now = this.deps.now();
    const gapMs = this.lastCheckAt === undefined ? 0 : now - this.lastCheckAt;
    this.lastCheckAt = now;
    const silentMs = await this.deps.overdueMs();
    if (silentMs === undefined) {
      this.awakeMs = 0;
      return;
    }
    this.awakeMs += Math.min(Math.max(gapMs, 0), longestGapMs);
    if (this.awakeMs < graceMs || quietUntil(now, this.deps.quiet) !== undefined) return;
    const sent = await this.deps.notifier.notify(silentNotice(silentMs, this.deps.language));
    if (sent.delivered) await this.deps.markNotified();
    // Try again later, not at the next check.
    else this.awakeMs = 0;
  }
}

function silentNotice(silentMs: number, language: 'zh' | 'en'): Notice {
  const span = formatDuration(silentMs);
  const zh = language === 'zh';
  return {
    level: 'failure',
    account: zh ? '全部' : 'all',
    siteTitle: 'keyturn',
    title: zh ? '定时任务没有运行' : 'The schedule does not run',
    lines: zh
      ? [
          { markdown: `每小时的定时任务已经 **${span}** 没有运行。` },
          'keyturn watch 仍在续期。在电脑上查看原因：',
          { command: 'keyturn schedule status' },
        ]
      : [
          { markdown: `The hourly schedule has not run for **${span}**.` },
          'keyturn watch goes on renewing. On the computer, see why:',
          { command: 'keyturn schedule status' },
        ],
  };
}
