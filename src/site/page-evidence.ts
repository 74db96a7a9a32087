import { secretsOfCookies } from '../core/account-secrets.js';
import type { Challenge, Evidence } from '../core/outcome.js';
import type { PageContext } from './page-context.js';
import { visibleText } from './read-page.js';

/** Text is redacted before it is cut to the caller's limit, because a truncated secret is not recognised. */
const maxTextLength = 20_000;

type Shown = Pick<PageContext, 'page' | 'profile' | 'redactor'>;

/** The first `limit` characters of the page's visible text, redacted. */
export async function shownText(context: Shown, limit: number): Promise<string> {
  await learnCookies(context);
  return context.redactor.foreign(await visibleText(context.page, maxTextLength), limit);
}

/** Hides the cookies that the site has changed since the session was saved. */
async function learnCookies({ page, profile, redactor }: Shown): Promise<void> {
  const browser = page.context();
  const cookies = await browser.cookies().catch(() => []);
  redactor.add(...secretsOfCookies(cookies, profile.session.cookies));
}

/** Keeps a redacted screenshot for a failure; undefined when that fails. */
export async function keepEvidence(context: PageContext, challenge?: Challenge): Promise<Evidence | undefined> {
  try {
    await learnCookies(context);
    return await context.evidence(context.page, challenge?.box);
  } catch (error) {
    context.log.warn({ err: error }, 'no evidence could be kept');
    return undefined;
  }
}
