import { secretsOfCookies } from '../core/account-secrets.js';
import type { PageContext } from './page-context.js';
import { visibleText } from './read-page.js';

/** Text is redacted before it is cut to the caller's limit, because a truncated secret is not recognised. */
const maxTextLength = 20_000;

/** The first `limit` characters of the page's visible text, redacted. */
export async function shownText(
  { page, profile, redactor }: Pick<PageContext, 'page' | 'profile' | 'redactor'>,
  limit: number,
): Promise<string> {
  // The site may have changed its cookies since the session was saved.
  const cookies = await page
    .context()
    .cookies()
    .catch(() => []);
  redactor.add(...secretsOfCookies(cookies, profile.session.cookies));
  return redactor.foreign(await visibleText(page, maxTextLength), limit);
}
