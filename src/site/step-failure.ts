import type { Failure } from '../core/outcome.js';
import type { PageContext } from './page-context.js';
import type { StepsEnd } from './run-steps.js';
import { shownText } from './shown-text.js';

const reasons = {
  missing: 'its element was not found',
  covered: 'something on the page takes the clicks meant for its element',
  failed: 'it had no effect in time',
} as const;

/** Why the steps came to an end: a challenge if there is one, else drift with the step and what the page shows instead. */
export async function stepFailure(
  context: Pick<PageContext, 'sight' | 'page' | 'profile' | 'redactor'>,
  end: StepsEnd,
): Promise<Failure> {
  const seen = await context.sight.settle({ stepFailed: true });
  if (seen.kind === 'failed') return seen.failure;
  if (end.kind !== 'failed') {
    return { kind: 'drift', step: 'rotating', detail: 'The steps of the site profile led nowhere.' };
  }
  const { step, why } = end.failure;
  const text = await shownText(context, 160);
  const shown = text === '' ? 'The page shows no text.' : `The page shows: ${text}`;
  return { kind: 'drift', step, detail: `${step} could not be done: ${reasons[why]}. ${shown}` };
}
