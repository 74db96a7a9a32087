import type { Failure } from '../core/outcome.js';
import { pageTexts } from '../messages/failures.js';
import type { PageContext } from './page-context.js';
import type { StepsResult } from './run-steps.js';
import { shownText } from './shown-text.js';

/** Why the steps ended: a challenge if the page shows one, otherwise drift with the step and the visible text. */
export async function stepFailure(
  context: Pick<PageContext, 'pageState' | 'page' | 'profile' | 'redactor'>,
  result: StepsResult,
): Promise<Failure> {
  const seen = await context.pageState.confirm({ stepFailed: true });
  if (seen.kind === 'failed') return seen.failure;
  if (result.kind !== 'failed') return { kind: 'drift', detail: pageTexts.stepsLedNowhere };
  const { step, why } = result;
  return { kind: 'drift', detail: pageTexts.stepFailed(step, why, await shownText(context, 160)) };
}
