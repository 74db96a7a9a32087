import type { Evidence } from '../core/outcome.js';
import type { PageContext } from './page-context.js';
import { learnCookies } from './shown-text.js';

/** Keeps a redacted screenshot for a failure; undefined when that fails. */
export async function keepEvidence(context: PageContext): Promise<Evidence | undefined> {
  try {
    await learnCookies(context);
    return await context.evidence(context.page);
  } catch (error) {
    context.log.warn({ err: error }, 'no evidence could be kept');
    return undefined;
  }
}
