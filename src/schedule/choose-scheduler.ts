import { appError, type AppError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import type { Scheduler, SchedulerName } from './scheduler.js';

export interface Choice {
  readonly scheduler: Scheduler;
  /** Why schedulers earlier in the list were not chosen, one sentence each. */
  readonly passedOver: readonly string[];
}

/**
 * Returns the requested scheduler, or else the first one in the list that works here. Throws KT850 when no
 * scheduler is installed; otherwise the error of the first one that is installed but does not work.
 */
export async function chooseScheduler(
  schedulers: readonly Scheduler[],
  wish: { readonly wanted?: SchedulerName; readonly before?: SchedulerName; readonly needsService: boolean },
): Promise<Choice> {
  const { wanted, before, needsService } = wish;
  if (wanted !== undefined) {
    const scheduler = schedulers.find(({ name }) => name === wanted);
    if (!scheduler)
      throw appError(scheduleErrors.schedulerMissing, { scheduler: wanted, reason: 'this system has none' });
    if (needsService && !scheduler.hasServices) throw appError(scheduleErrors.noService, { scheduler: wanted });
    const trouble = await scheduler.trouble();
    if (trouble) throw trouble;
    return { scheduler, passedOver: [] };
  }
  // Prefer the scheduler that an earlier install chose.
  const inOrder = [...schedulers].sort((a, b) => Number(b.name === before) - Number(a.name === before));
  const troubles: AppError[] = [];
  for (const scheduler of inOrder) {
    if (needsService && !scheduler.hasServices) continue;
    const trouble = await scheduler.trouble();
    if (!trouble) return { scheduler, passedOver: troubles.map(({ message }) => message) };
    troubles.push(trouble);
  }
  const near = troubles.find(({ code }) => code !== scheduleErrors.schedulerMissing.code);
  if (near) throw near;
  const tried = troubles.map(({ message }) => message.replace(/\.$/, ''));
  throw appError(scheduleErrors.noScheduler, {
    tried: tried.length > 0 ? tried : ['this system has none of systemd, launchd and cron'],
  });
}
