import { durationText } from '../../lib/duration.js';
import type { Notice, Notifier } from '../../core/owner-ports.js';
import { quietUntil, type QuietHours } from '../../lib/quiet-hours.js';
import { noticeTexts } from '../../messages/notices.js';
import type { Language } from '../../messages/text.js';

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
  readonly language: Language;
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

function silentNotice(silentMs: number, language: Language): Notice {
  const span = durationText(silentMs);
  return {
    level: 'failure',
    account: noticeTexts.allAccounts[language],
    siteTitle: 'keyturn',
    title: noticeTexts.scheduleSilent[language],
    lines: [
      { markdown: noticeTexts.silentFor(span)[language] },
      noticeTexts.lookAtSchedule[language],
      { command: 'keyturn schedule status' },
    ],
  };
}
