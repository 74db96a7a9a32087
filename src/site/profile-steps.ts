import * as z from 'zod/mini';
import { address, duration, many, target, text, whenResolved } from './profile-parts.js';

const actions = ['click', 'fill', 'select', 'check', 'uncheck', 'press', 'goto', 'waitFor'] as const;
/** These press nothing, so they cannot replace a key. */
const quiet: readonly (typeof actions)[number][] = ['waitFor', 'goto'];
const actionsOf = (value: object) => actions.filter((action) => action in value);
const step = z.pipe(
  z
    .strictObject({
      click: z.optional(many(target)),
      fill: z.optional(z.strictObject({ into: many(target), with: z.string() })),
      select: z.optional(z.strictObject({ from: many(target), option: text })),
      check: z.optional(many(target)),
      uncheck: z.optional(many(target)),
      press: z.optional(text),
      goto: z.optional(address),
      waitFor: z.optional(many(target)),
      optional: z.optional(z.boolean()),
      rotates: z.optional(z.boolean()),
      within: z.optional(duration),
    })
    .check(z.refine((value) => actionsOf(value).length === 1, `must do exactly one of ${actions.join(', ')}`)),
  z.transform(({ optional, rotates, within, ...written }) => ({
    action: actions.find((action) => written[action] !== undefined)!,
    /** Alternatives; empty for `press` and `goto`. */
    targets:
      written.click ??
      written.fill?.into ??
      written.select?.from ??
      written.check ??
      written.uncheck ??
      written.waitFor ??
      [],
    /** The text to type, the option to choose, the keyboard key to press or the address to open. */
    value: written.fill?.with ?? written.select?.option ?? written.press ?? written.goto,
    isOptional: optional ?? false,
    isMarked: rotates ?? false,
    withinMs: within,
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
    const press = pressesOf(list).indexOf(true);
    for (const [index, one] of list.entries()) {
      if (one.action === 'goto' && press >= 0 && index > press) add(leavesTheKey, index);
      if (!one.isMarked) continue;
      const isSure = !one.isOptional || list.slice(index + 1).some((later) => later.isMarked && !later.isOptional);
      if (quiet.includes(one.action)) add('presses nothing, so it cannot carry rotates: true', index);
      else if (!isSure) add(skippableMark, index);
    }
  }, whenResolved),
);

/** Steps that only show something, so none of them may press what replaces the key. */
export const readSteps = z.array(step).check(
  z.minLength(1),
  z.maxLength(30),
  z.superRefine((list, context) => {
    for (const [index, { isMarked, action }] of list.entries()) {
      const add = (message: string) => context.addIssue({ code: 'custom', path: [index], message });
      if (isMarked) add('cannot carry rotates: true, because reading changes nothing at the site');
      if (action === 'press')
        add('presses whatever has the focus, so it is no step of reading: name the control to click');
    }
  }, whenResolved),
);

const skippableMark =
  'carries rotates: true and is optional: when its element does not appear, its mark is skipped with it; ' +
  'put rotates: true on a later step that is not optional, too';

const leavesTheKey =
  'opens another page after the press that replaces the key: the page that shows the new key would be lost; ' +
  'put the goto before that press';

/** For each step whether it rotates: the marked ones, or without a mark the last click that is not optional. */
function pressesOf(list: readonly MarkedStep[]): readonly boolean[] {
  if (list.some((step) => step.isMarked)) return list.map((step) => step.isMarked);
  const lastClick = list.findLastIndex((step) => step.action === 'click' && !step.isOptional);
  return list.map((_, index) => index === lastClick);
}

export function resolveSteps(list: readonly MarkedStep[], stepMs: number, optionalMs: number) {
  const hasMark = list.some((step) => step.isMarked);
  const presses = pressesOf(list);
  return list.map(({ isMarked, withinMs, ...step }, index) => ({
    ...step,
    /** The write-ahead precedes this step. */
    rotates: presses[index]!,
    /** A dry run ends before this step: the marked steps, or without a mark all but `fill` and what presses nothing. */
    mayRotate: hasMark ? isMarked : step.action !== 'fill' && !quiet.includes(step.action),
    timeoutMs: withinMs ?? (step.isOptional ? optionalMs : stepMs),
  }));
}
export type Step = ReturnType<typeof resolveSteps>[number];
