import type { Failure } from '../core/outcome.js';
import type { PageWork } from './page-console.js';
import type { StepsEnd } from './run-steps.js';

const reasons = {
  missing: 'its element was not found',
  covered: 'something on the page takes the clicks meant for its element',
  failed: 'it had no effect in time',
} as const;

/** Why the steps came to an end: a challenge if there is one, else drift with the step and what the page shows instead. */
export async function stepFailure(work: Pick<PageWork, 'sight' | 'shownText'>, end: StepsEnd): Promise<Failure> {
  const seen = await work.sight.settle({ stepFailed: true });
  if (seen.kind === 'failed') return seen.failure;
  if (end.kind !== 'failed') {
    return { kind: 'drift', step: 'rotating', detail: 'The steps of the site profile led nowhere.' };
  }
  const { step, why } = end.failure;
  const text = await work.shownText(160);
  const shown = text === '' ? 'The page shows no text.' : `The page shows: ${text}`;
  return { kind: 'drift', step, detail: `${step} could not be done: ${reasons[why]}. ${shown}` };
}
