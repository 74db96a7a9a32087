import { isSameTarget, type Target } from './profile-parts.js';
import type { Step } from './profile-steps.js';

interface Lists {
  readonly create?: readonly Step[] | undefined;
  readonly rotate: readonly Step[];
  readonly read: { readonly before: readonly Step[] };
  readonly dismiss: readonly Target[];
}

/** What is wrong with the steps of a page beside the other parts of the profile. */
export function* stepProblems(
  { create = [], rotate, read, dismiss }: Lists,
  origin: string,
): Generator<readonly [path: readonly (string | number)[], message: string]> {
  const lists = [
    [['create'], create],
    [['rotate'], rotate],
    [['read', 'before'], read.before],
  ] as const;
  for (const [path, list] of lists) {
    for (const [index, { action, value = '' }] of list.entries()) {
      if (action !== 'goto' || new URL(value, origin).origin === origin) continue;
      yield [[...path, index, 'goto'], `must be an address of ${origin}`];
    }
    if (!sharesTarget(list, dismiss)) continue;
    yield [['dismiss'], `names an element that a step of page.${path.join('.')} works on`];
  }
  const presses = [...create, ...rotate].filter(({ rotates }) => rotates).flatMap(({ targets }) => targets);
  for (const [index, step] of read.before.entries()) {
    if (sharesTarget([step], presses)) yield [['read', 'before', index], 'names the control that replaces the key'];
  }
}

const sharesTarget = (list: readonly Step[], others: readonly Target[]) =>
  list.some(
    ({ action, targets }) =>
      action !== 'waitFor' && targets.some((target) => others.some((other) => isSameTarget(target, other))),
  );
