import { appError, type AppError } from '../lib/app-error.js';
import { scheduleErrors } from './schedule-errors.js';
import { schedulerTexts } from '../messages/schedule-errors.js';
import { withoutStop } from '../messages/text.js';
import { unusableScheduler, type Scheduler, type SchedulerName } from './scheduler.js';

export interface Wish {
  readonly wanted?: SchedulerName;
  /** What an earlier install chose; it is preferred. */
  readonly before?: SchedulerName;
  readonly needsService: boolean;
  /** For a preview: the wanted scheduler is not asked whether it can be used here. */
  readonly isPreview?: boolean;
}

/** Throws KT850 when none can be used here, else the error of the first one that could be used if it worked. */
export async function chooseScheduler(schedulers: readonly Scheduler[], wish: Wish) {
  const { wanted, before, needsService, isPreview } = wish;
  const troubles: AppError[] = [];
  for (const scheduler of [...schedulers].sort((a, b) => Number(b.name === before) - Number(a.name === before))) {
    if (wanted !== undefined && scheduler.name !== wanted) continue;
    const trouble =
      needsService && !scheduler.hasServices
        ? unusableScheduler(scheduler.name, schedulerTexts.noService)
        : wanted && isPreview
          ? undefined
          : await scheduler.trouble();
    /** `passedOver`: why schedulers earlier in the list were not chosen, one sentence each. */
    if (!trouble) return { scheduler, passedOver: troubles.map(({ texts }) => texts.message) };
    troubles.push(trouble);
  }
  const near = troubles.find(({ code }) => code !== scheduleErrors.unusable.code) ?? (wanted && troubles[0]);
  if (near) throw near;
  if (wanted) throw unusableScheduler(wanted, schedulerTexts.notHere);
  const problems = troubles.map(({ texts }) => withoutStop(texts.message));
  throw appError(scheduleErrors.unusable, {
    problems: problems.length > 0 ? problems : [schedulerTexts.noScheduler],
    next: 'keyturn watch',
  });
}
