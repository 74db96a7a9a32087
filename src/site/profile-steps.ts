import * as z from 'zod/mini';
import { duration, many, target, text, whenResolved } from './profile-parts.js';

const actions = ['click', 'fill', 'check', 'press', 'waitFor'] as const;
const step = z.pipe(
  z
    .strictObject({
      click: z.optional(many(target)),
      fill: z.optional(z.strictObject({ into: many(target), with: z.string() })),
      check: z.optional(many(target)),
      press: z.optional(text),
      waitFor: z.optional(many(target)),
      optional: z.optional(z.boolean()),
      rotates: z.optional(z.boolean()),
      within: z.optional(duration),
    })
    .check(
      z.refine(
        (value) => actions.filter((action) => value[action] !== undefined).length === 1,
        `must do exactly one of ${actions.join(', ')}`,
      ),
    ),
  z.transform(({ click, fill, check, press, waitFor, ...step }) => ({
    action: click ? 'click' : fill ? 'fill' : check ? 'check' : waitFor ? 'waitFor' : ('press' as const),
    /** Alternatives; empty for `press`. */
    targets: click ?? fill?.into ?? check ?? waitFor ?? [],
    /** The text to type or the keyboard key to press. */
    value: fill?.with ?? press,
    isOptional: step.optional ?? false,
    isMarked: step.rotates ?? false,
    withinMs: step.within,
  })),
);
type MarkedStep = z.output<typeof step>;

export const steps = z.array(step).check(
  z.minLength(1),
  z.maxLength(30),
  z.superRefine((list, context) => {
    for (const { index, message } of markProblems(list)) {
      context.addIssue({ code: 'custom', path: index === undefined ? [] : [index], message });
    }
  }, whenResolved),
);

/**
 * Every path must include a `rotates` mark, or else the write-ahead and a dry run would miss the press. An optional
 * step is skipped together with its mark.
 */
function markProblems(list: readonly MarkedStep[]): readonly { index?: number; message: string }[] {
  if (!list.some((one) => one.isMarked)) {
    const hasPress = list.some((one) => one.action === 'click' && !one.isOptional);
    return hasPress ? [] : [{ message: 'must have a click that is not optional' }];
  }
  return list.flatMap((one, index) => {
    if (!one.isMarked) return [];
    if (one.action === 'waitFor')
      return [{ index, message: 'waits and presses nothing, so it cannot carry rotates: true' }];
    if (!one.isOptional || list.slice(index + 1).some((later) => later.isMarked && !later.isOptional)) return [];
    const message =
      'carries rotates: true and is optional: when its element does not appear, its mark is skipped with it; ' +
      'put rotates: true on a later step that is not optional, too';
    return [{ index, message }];
  });
}

/** Without a mark, the last click that is not optional rotates. */
export function resolveSteps(list: readonly MarkedStep[], stepMs: number, optionalMs: number) {
  const hasMark = list.some((step) => step.isMarked);
  const lastClick = list.findLastIndex((step) => step.action === 'click' && !step.isOptional);
  return list.map(({ isMarked, withinMs, ...step }, index) => ({
    ...step,
    /** The write-ahead precedes this step: the marked steps, or without a mark the last click that is not optional. */
    rotates: hasMark ? isMarked : index === lastClick,
    /** A dry run ends before this step: the marked steps, or without a mark every click, check and press. */
    mayRotate: hasMark ? isMarked : ['click', 'check', 'press'].includes(step.action),
    timeoutMs: withinMs ?? (step.isOptional ? optionalMs : stepMs),
  }));
}
export type Step = ReturnType<typeof resolveSteps>[number];
