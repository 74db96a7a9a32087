import type { Failure } from '../core/outcome.js';
import type { PageContext } from './page-context.js';
import type { StepsResult } from './run-steps.js';
import { shownText } from './shown-text.js';

const reasons = {
  missing: 'its element was not found',
  covered: 'something on the page takes the clicks meant for its element',
  failed: 'it had no effect in time',
} as const;

/** Why the steps ended: a challenge if the page shows one, otherwise drift with the step and the visible text. */
export async function stepFailure(
  context: Pick<PageContext, 'pageState' | 'page' | 'profile' | 'redactor'>,
  result: StepsResult,
): Promise<Failure> {
  const seen = await context.pageState.confirm({ stepFailed: true });
  if (seen.kind === 'failed') return seen.failure;
  if (result.kind !== 'failed') {
    return { kind: 'drift', step: 'rotating', detail: 'The steps of the site profile led nowhere.' };
  }
  const { step, why } = result;
  const text = await shownText(context, 160);
  const shown = text === '' ? 'The page shows no text.' : `The page shows: ${text}`;
  return { kind: 'drift', step, detail: `${step} could not be done: ${reasons[why]}. ${shown}` };
}
