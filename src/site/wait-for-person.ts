import { redactUrl } from '../lib/redact.js';
import { withDeadline } from '../lib/with-deadline.js';
import type { Challenge, Failure } from '../core/outcome.js';
import type { PersonAtBrowser } from '../core/ports.js';
import { failureTexts, pageTexts } from '../messages/failures.js';
import type { PageContext } from './page-context.js';

type Wanted = Failure & { kind: 'challenge' | 'signed-out' };

export const wantsPerson = (failure: Failure): failure is Wanted =>
  failure.kind === 'challenge' || failure.kind === 'signed-out';

const pollMs = 400;
const checkTimeoutMs = 5000;
/** Five times as long as usual: on a busy machine a scan that was cut short shows no challenge. */
const budgetMs = 1000;
/** A sign-in may lead to another page. The key page is reopened when that page asks for nothing for this long. */
const strayMs = 4000;
/** How long the page may take to show a challenge that an answer announced. */
const showMs = 8000;

/**
 * Meanwhile keyturn neither reloads the page nor presses anything, because that would start a new challenge. It
 * reopens the key page only if the sign-in led to another page. Undefined when that is ready or the key has arrived.
 */
export async function waitForPerson(
  first: Wanted,
  { page, pageState, section, person, answers, signal, gone }: PageContext & { readonly person: PersonAtBrowser },
  hasKey: () => boolean,
): Promise<Failure | undefined> {
  let wanted = first;
  let announced = '';
  let readySeen = 0;
  let straySince: number | undefined;
  let hasShown = false;
  const startUrl = page.url();
  const startedAt = Date.now();

  while (Date.now() < person.deadlineAt) {
    signal?.throwIfAborted();
    person.signal?.throwIfAborted();
    // What is read from a dead page looks like a page that is still loading.
    gone.throwIfAborted();
    const { challenge = unnamedLogin(wanted, page.url()) } = wanted;
    if (challenge.kind !== announced) {
      announced = challenge.kind;
      person.onNeeded(challenge);
    }
    if (hasKey()) {
      person.onCleared();
      return undefined;
    }
    // Earlier answers, including the challenge's own traffic, are outdated; only the page shows what it wants now.
    pageState.forget();
    // A page does not respond while a native dialog waits for the person.
    const unready = () => ({ kind: 'unready' }) as const;
    const seen = await withDeadline(pageState.check({ budgetMs }), checkTimeoutMs, unready);
    if (seen.kind === 'failed') {
      if (!wantsPerson(seen.failure)) return seen.failure;
      wanted = seen.failure;
      hasShown = true;
    }

    // Right after the answer, the page may not show the challenge yet.
    const isCredible = hasShown || Date.now() - startedAt > showMs;
    readySeen = seen.kind === 'ready' && isCredible ? readySeen + 1 : 0;
    // A page that is ready for only a moment may be about to show the next challenge.
    if (readySeen === 2) {
      person.onCleared();
      return undefined;
    }
    straySince = seen.kind === 'unready' ? (straySince ?? Date.now()) : undefined;
    const hasLeft = redactUrl(page.url()) !== redactUrl(startUrl) && redactUrl(page.url()) !== redactUrl(section.url);
    if (straySince !== undefined && hasLeft && Date.now() - straySince > strayMs) {
      straySince = undefined;
      await page.goto(section.url, { waitUntil: 'commit' }).catch(() => undefined);
    }
    await answers.next(pollMs);
  }
  const end = person.hasGivenUp ? pageTexts.gaveUp : pageTexts.nobodyActed;
  return { ...wanted, detail: failureTexts.and(wanted.detail, end) };
}

function unnamedLogin({ detail }: Wanted, url: string): Challenge {
  return { kind: 'login', vendor: 'generic', where: 'main frame', evidence: [detail.en], url: redactUrl(url) };
}
