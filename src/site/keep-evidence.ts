import type { Evidence, Failure } from '../core/outcome.js';
import type { PageContext } from './page-context.js';
import { shownText } from './shown-text.js';

/** Keeps a screenshot and the visible text for a failure; undefined when that fails. */
export async function keepEvidence(
  context: Pick<PageContext, 'page' | 'profile' | 'redactor' | 'evidence' | 'log'>,
  failure: Failure,
): Promise<Evidence | undefined> {
  const step = failure.kind === 'drift' ? failure.step : undefined;
  try {
    const textFound = await shownText(context, 400);
    return { ...(await context.evidence(context.page)), step, textFound };
  } catch (error) {
    context.log.warn({ err: error }, 'no evidence could be kept');
    return undefined;
  }
}
