import type { Locator } from 'playwright';
import type { Failure } from '../core/outcome.js';
import type { ConsoleReading } from '../core/ports.js';
import { pageTexts } from '../messages/failures.js';
import type { Text } from '../messages/text.js';
import { interpolate } from './interpolate.js';
import { filledTargets, stepValues } from './step-values.js';
import { navigate } from './open-key-page.js';
import { isOfSteps } from './dismiss-notices.js';
import { appears, firstSeen, inTime, isCovered, nameOf } from './locate.js';
import type { PageContext } from './page-context.js';
import { shownText } from './page-evidence.js';
import type { Step } from './profile-steps.js';

export interface RunStepsOptions extends PageContext {
  readonly steps: readonly Step[];
  /** What the console showed before; holds the key's name. */
  readonly reading: ConsoleReading;
  /** Awaited before each step that rotates, once its element can take the click. False ends the run there. */
  readonly beforeRotating: (step: Text) => Promise<boolean>;
  /** What these steps press is not touched. */
  readonly avoids?: readonly Step[];
  /** Polled while waiting; true ends the run, because nothing is left to do. */
  readonly isDone: () => boolean;
}

export type StepsResult =
  | { readonly kind: 'done' | 'blocked' | 'held' }
  | { readonly kind: 'unopened'; readonly failure: Failure }
  /** `step` is such as `step 2 of 3 (click "同意协议并生成")`. `covered`: something else takes the clicks of `element`. */
  | { readonly kind: 'failed'; readonly step: Text; readonly why: 'missing' | 'failed' | 'rotates' }
  | { readonly kind: 'failed'; readonly step: Text; readonly why: 'covered'; readonly element: Locator };

const sliceMs = 800;

/** Runs the steps in order. Skips an optional step when its element does not appear within its timeout. */
export async function runSteps(options: RunStepsOptions): Promise<StepsResult> {
  const { page, pageState, answers, steps, reading, beforeRotating, isDone } = options;
  pageState.needsClicks(undefined);
  const values = stepValues(options, reading);
  /** When a step last did something. Optional steps in a row share their patience: the page stays as it is. */
  let actedAt = performance.now();
  for (const [index, written] of steps.entries()) {
    const step = { ...written, targets: filledTargets(written.targets, values) };
    const label = labelOf(written, index, steps.length);
    // Without its target's words a step has no element.
    const isLost = step.targets.length < written.targets.length && step.targets.length === 0;
    if (isLost && step.isOptional) continue;
    const result = isLost ? ({ kind: 'failed', step: label, why: 'missing' } as const) : await runStep(step, label);
    if (result) return result;
  }
  return { kind: 'done' };

  async function runStep(step: Step, label: Text): Promise<StepsResult | undefined> {
    const fail = (why: 'missing' | 'failed' | 'rotates'): StepsResult => ({ kind: 'failed', step: label, why });
    if (step.action === 'press') {
      if (step.rotates && !(await beforeRotating(label))) return { kind: 'held' };
      await page.keyboard.press(step.value ?? '');
      actedAt = performance.now();
      return undefined;
    }

    if (step.action === 'goto') {
      const failure = await navigate(options, interpolate(step.value ?? '', values, encodeURIComponent));
      actedAt = performance.now();
      return failure && { kind: 'unopened', failure };
    }

    const found = await waitForElement(step);
    if (found === 'done' || found === 'blocked') return { kind: found };
    if (found === undefined) return step.isOptional ? undefined : fail('missing');
    actedAt = performance.now();
    if (step.action === 'waitFor') return undefined;
    const element = options.avoids && (await found.elementHandle());
    if (element && (await isOfSteps(options, element, options.avoids ?? []))) return fail('rotates');
    // A code prompt may have a button of the same name as the dialog that this step is for.
    if (step.isOptional && (await pageState.isBlocked())) return { kind: 'blocked' };

    const timeoutMs = Math.min(step.timeoutMs, 3000);
    // `trial` tests all conditions of a click without clicking: visible, enabled, not moving, and not covered.
    for (let tries = 0; !(await inTime(found.click({ trial: true, timeout: timeoutMs }))); tries += 1) {
      if (isDone()) return { kind: 'done' };
      if (await pageState.isBlocked()) return { kind: 'blocked' };
      if (tries > 0) {
        const isInTheWay = await isCovered(found);
        return isInTheWay ? { kind: 'failed', step: label, why: 'covered', element: found } : fail('failed');
      }
      // Escape closes a guided tour or an open menu. `isBlocked` has ruled out a challenge.
      await page.keyboard.press('Escape');
    }
    if (step.rotates && !(await beforeRotating(label))) return { kind: 'held' };
    const isActed = await inTime(act(step, found));
    actedAt = performance.now();
    if (isActed) return undefined;
    return (await pageState.isBlocked()) ? { kind: 'blocked' } : fail('failed');
  }

  function act({ action, timeoutMs: timeout, ...step }: Step, found: Locator): Promise<void> {
    const value = interpolate(step.value ?? '', values);
    // Later steps show whether the click had an effect.
    if (action === 'click') return found.click({ timeout, noWaitAfter: true });
    if (action === 'check' || action === 'uncheck') return found[action]({ timeout });
    if (action === 'select') return found.selectOption(value, { timeout }).then(() => undefined);
    return found.fill(value, { timeout });
  }

  async function waitForElement(step: Step): Promise<Locator | 'done' | 'blocked' | undefined> {
    const startedAt = step.isOptional ? actedAt : performance.now();
    let checkedAt = performance.now();
    for (;;) {
      if (isDone()) return 'done';
      const found = await firstSeen(options, step.targets);
      if (found) return found;
      const leftMs = startedAt + step.timeoutMs - performance.now();
      if (leftMs <= 0) return undefined;
      if (performance.now() - checkedAt >= sliceMs) {
        if (await pageState.isBlocked()) return 'blocked';
        checkedAt = performance.now();
      }
      // Wait briefly for an optional step: its element usually never appears, and the key may be there already.
      const restMs = Math.max(1, Math.min(step.isOptional ? 100 : sliceMs, leftMs));
      const appeared = appears(options, step.targets, restMs);
      // Nothing awaits `appeared` when the answer comes first.
      appeared.catch(() => undefined);
      await Promise.race([appeared, answers.next(restMs)]);
    }
  }
}

function labelOf(step: Step, index: number, count: number): Text {
  const what = step.targets.length === 0 ? (step.value ?? '') : nameOf(step.targets);
  return pageTexts.step(index + 1, count, `${step.action} ${what}`);
}

/** Why the steps ended: what the page asks of a person, otherwise drift with the step and the visible text. */
export async function stepFailure(context: PageContext, result: StepsResult): Promise<Failure> {
  if (result.kind === 'unopened') return result.failure;
  if (result.kind === 'failed' && result.why === 'covered') context.pageState.needsClicks(result.element);
  const seen = await context.pageState.confirm({ stepFailed: true });
  if (seen.kind === 'failed') return seen.failure;
  if (result.kind !== 'failed') return { kind: 'drift', detail: pageTexts.stepsLedNowhere };
  const { step, why } = result;
  return { kind: 'drift', detail: pageTexts.stepFailed(step, why, await shownText(context, 160)) };
}
