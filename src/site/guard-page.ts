import type { Page } from 'playwright';
import { failed, type Attempt } from '../core/outcome.js';
import { pageTexts } from '../messages/failures.js';
import { keepEvidence } from './page-evidence.js';
import { isPageGone } from './locate.js';
import type { PageContext } from './page-context.js';

/** Runs work on the page: rejects when aborted, fails when the page is gone, and adds evidence to failures. */
export async function guardPage<T>(context: PageContext, work: () => Promise<Attempt<T>>): Promise<Attempt<T>> {
  const { signal, person, log } = context;
  signal?.throwIfAborted();
  let result: Attempt<T>;
  const onHang = (silentMs: number) => {
    context.hang = pageTexts.hangs(silentMs / 1000);
    log.warn({ silentMs }, 'the browser hangs');
    void context.closeBrowser();
  };
  const unwatch = person ? undefined : watchForHang(context.page, onHang);
  try {
    result = await work();
  } catch (error) {
    signal?.throwIfAborted();
    person?.signal?.throwIfAborted();
    if (!context.gone.aborted && !isPageGone(error)) throw error;
    log.warn({ err: error }, 'the browser went away');
    const detail = context.hang ?? (person ? pageTexts.windowGone : pageTexts.browserGone);
    return failed({ kind: 'unreachable', browserGone: true, detail });
  } finally {
    unwatch?.();
  }
  if (result.ok || result.failure.evidence) return result;
  const challenge = 'challenge' in result.failure ? result.failure.challenge : undefined;
  return failed({ ...result.failure, evidence: await keepEvidence(context, challenge) });
}

/**
 * A stopped or stuck browser answers no `evaluate`, and most Playwright calls have no timeout of their own. Do not use
 * this while a person works on the page: an open dialog blocks `evaluate` as well.
 */
export function watchForHang(
  page: Pick<Page, 'evaluate'>,
  /** Called once, when the page has not answered for `limitMs`. */
  onHang: (silentMs: number) => void,
  { everyMs = 5000, limitMs = 30_000 } = {},
): () => void {
  const maxTicks = Math.ceil(limitMs / everyMs);
  let isAsking = false;
  let silentTicks = 0;
  const answered = () => {
    isAsking = false;
    silentTicks = 0;
  };
  // Silence is counted in ticks. If this process itself was suspended, the whole pause is a single tick.
  const timer = setInterval(() => {
    if (isAsking) silentTicks += 1;
    if (silentTicks >= maxTicks) {
      clearInterval(timer);
      onHang(silentTicks * everyMs);
    } else if (!isAsking) {
      isAsking = true;
      // A rejection counts as an answer: the work on the page notices a closed or navigating page itself.
      page.evaluate(() => undefined).then(answered, answered);
    }
  }, everyMs);
  return () => clearInterval(timer);
}
