import * as z from 'zod/mini';
import { duration, many, target, text, whenResolved } from './profile-parts.js';

const actions = ['click', 'fill', 'check', 'press', 'waitFor'] as const;
const actionsOf = (value: object) => actions.filter((action) => action in value);
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
    .check(z.refine((value) => actionsOf(value).length === 1, `must do exactly one of ${actions.join(', ')}`)),
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
  // Every path must include a `rotates` mark, or else the write-ahead and a dry run would miss the press. An optional
  // step is skipped together with its mark.
  z.superRefine((list, context) => {
    const add = (message: string, ...path: number[]) => context.addIssue({ code: 'custom', path, message });
    const hasPress = list.some((one) => one.isMarked || (one.action === 'click' && !one.isOptional));
    if (!hasPress) add('must have a click that is not optional');
    for (const [index, one] of list.entries()) {
      if (!one.isMarked) continue;
      const isSure = !one.isOptional || list.slice(index + 1).some((later) => later.isMarked && !later.isOptional);
      if (one.action === 'waitFor') add('waits and presses nothing, so it cannot carry rotates: true', index);
      else if (!isSure) add(skippableMark, index);
    }
  }, whenResolved),
);

const skippableMark =
  'carries rotates: true and is optional: when its element does not appear, its mark is skipped with it; ' +
  'put rotates: true on a later step that is not optional, too';

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
