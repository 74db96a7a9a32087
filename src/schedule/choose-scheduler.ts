import { appError, type AppError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import type { Scheduler, SchedulerName } from './scheduler.js';

export interface Choice {
  readonly scheduler: Scheduler;
  /** Why better ones were passed over, one sentence each. */
  readonly passedOver: readonly string[];
}

/**
 * The scheduler that was asked for, or the first of the list that can be used. Throws what stands in the way: KT850 when
 * there is none, else the trouble of the best one that is here.
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
  // What was chosen once stays chosen.
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
