import type { Locator, Page } from 'playwright';
import { interpolate, type Values } from './interpolate.js';
import { appears, firstSeen, isTimeout, nameOf } from './locate.js';
import type { Step } from './resolve-profile.js';

/** Why a step failed. `covered`: the element is there, but something else takes its clicks. */
interface StepFailure {
  /** `step 2 of 3 (click "同意协议并生成")` */
  readonly step: string;
  readonly why: 'missing' | 'covered' | 'failed';
}

export interface RunStepsOptions {
  readonly page: Page;
  readonly steps: readonly Step[];
  readonly values: Values;
  /** Awaited before each step that rotates, once its element can take the click. False ends the run there. */
  readonly beforeRotating: (step: string) => Promise<boolean>;
  /** Polled while waiting; true ends the run, because nothing is left to do. */
  readonly isDone: () => boolean;
  /** Resolves at the next answer that concerns the key, or after `ms`; then the page is checked again. */
  readonly nextAnswer: (ms: number) => Promise<void>;
  /** Called about once a second while a step waits for its element; true ends the run. */
  readonly isBlocked: () => Promise<boolean>;
}

export type StepsResult =
  | { readonly kind: 'through' | 'done' | 'blocked' | 'held' }
  | { readonly kind: 'failed'; readonly failure: StepFailure };

const sliceMs = 800;

/** Runs the steps in order. Skips an optional step when its element does not appear within its timeout. */
export async function runSteps(options: RunStepsOptions): Promise<StepsResult> {
  const { steps } = options;
  for (const [index, step] of steps.entries()) {
    const label = labelOf(step, index, steps.length);
    const result = await runStep(step, label, options);
    if (result) return result;
  }
  return { kind: 'through' };
}

async function runStep(step: Step, label: string, options: RunStepsOptions): Promise<StepsResult | undefined> {
  const { page } = options;
  const fail = (why: StepFailure['why']): StepsResult => ({ kind: 'failed', failure: { step: label, why } });
  if (step.action === 'press') {
    if (step.rotates && !(await options.beforeRotating(label))) return { kind: 'held' };
    await page.keyboard.press(step.value ?? '');
    return undefined;
  }

  const found = await waitForElement(step, options);
  if (found === 'done' || found === 'blocked') return { kind: found };
  if (found === undefined) return step.isOptional ? undefined : fail('missing');
  if (step.action === 'waitFor') return undefined;
  // A code prompt may have a button of the same name as the dialog that this step is for.
  if (step.isOptional && (await options.isBlocked())) return { kind: 'blocked' };

  const timeoutMs = Math.min(step.timeoutMs, 3000);
  for (let tries = 0; !(await takesClick(found, timeoutMs)); tries += 1) {
    if (options.isDone()) return { kind: 'done' };
    if (await options.isBlocked()) return { kind: 'blocked' };
    if (tries > 0) return fail('covered');
    // Escape closes a guided tour or an open menu. `isBlocked` has ruled out a challenge.
    await page.keyboard.press('Escape');
  }
  if (step.rotates && !(await options.beforeRotating(label))) return { kind: 'held' };
  try {
    // Later steps show whether the click had an effect.
    if (step.action === 'click') await found.click({ timeout: step.timeoutMs, noWaitAfter: true });
    else if (step.action === 'check') await found.check({ timeout: step.timeoutMs });
    else await found.fill(interpolate(step.value ?? '', options.values), { timeout: step.timeoutMs });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return (await options.isBlocked()) ? { kind: 'blocked' } : fail('failed');
  }
  return undefined;
}

async function waitForElement(
  step: Step,
  { page, isDone, isBlocked, nextAnswer }: RunStepsOptions,
): Promise<Locator | 'done' | 'blocked' | undefined> {
  const startedAt = performance.now();
  let checkedAt = startedAt;
  for (;;) {
    if (isDone()) return 'done';
    const found = await firstSeen(page, step.targets);
    if (found) return found;
    const leftMs = startedAt + step.timeoutMs - performance.now();
    if (leftMs <= 0) return undefined;
    if (performance.now() - checkedAt >= sliceMs) {
      if (await isBlocked()) return 'blocked';
      checkedAt = performance.now();
    }
    // Wait briefly for an optional step: its element usually never appears, and the key may be there already.
    const restMs = Math.max(1, Math.min(step.isOptional ? 100 : sliceMs, leftMs));
    const appeared = appears(page, step.targets, restMs);
    // Nothing awaits `appeared` when the answer comes first.
    appeared.catch(() => undefined);
    await Promise.race([appeared, nextAnswer(restMs)]);
  }
}

/** Tests all conditions of a click without clicking: visible, enabled, not moving, and not covered. */
async function takesClick(found: Locator, timeoutMs: number): Promise<boolean> {
  try {
    await found.click({ trial: true, timeout: timeoutMs });
    return true;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return false;
  }
}

function labelOf(step: Step, index: number, count: number): string {
  const what = step.action === 'press' ? (step.value ?? '') : nameOf(step.targets);
  return `step ${index + 1} of ${count} (${step.action} ${what})`;
}
