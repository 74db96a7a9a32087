import { appError, type AppError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import { asProblem, schedulerTexts } from '../messages/schedule-errors.js';
import { unusableScheduler, type Scheduler, type SchedulerName } from './scheduler.js';

export interface Choice {
  readonly scheduler: Scheduler;
  /** Why schedulers earlier in the list were not chosen, one sentence each. */
  readonly passedOver: readonly string[];
}

/** Throws KT850 when none can be used here, else the error of the first one that could be used if it worked. */
export async function chooseScheduler(
  schedulers: readonly Scheduler[],
  wish: { readonly wanted?: SchedulerName; readonly before?: SchedulerName; readonly needsService: boolean },
): Promise<Choice> {
  const { wanted, before, needsService } = wish;
  if (wanted !== undefined) {
    const scheduler = schedulers.find(({ name }) => name === wanted);
    if (!scheduler) throw unusableScheduler(wanted, schedulerTexts.notHere);
    if (needsService) requireService(scheduler);
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
  const near = troubles.find(({ code }) => code !== scheduleErrors.unusable.code);
  if (near) throw near;
  const problems = troubles.map(({ texts }) => asProblem(texts.message));
  throw appError(scheduleErrors.unusable, {
    problems: problems.length > 0 ? problems : [schedulerTexts.noScheduler],
    next: 'keyturn watch',
  });
}

export function requireService({ name, hasServices }: Scheduler): void {
  if (hasServices) return;
  const next = `keyturn schedule install --with ${name}`;
  throw appError(scheduleErrors.unusable, { problems: [schedulerTexts.noService(name)], next });
}
