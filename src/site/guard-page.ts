import { failed, type Attempt } from '../core/outcome.js';
import { pageTexts } from '../messages/failures.js';
import { watchForHang } from './hang-watch.js';
import { keepEvidence } from './keep-evidence.js';
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
    if (!context.isGone && !isPageGone(error)) throw error;
    log.warn({ err: error }, 'the browser went away');
    const detail = context.hang ?? (person ? pageTexts.windowGone : pageTexts.browserGone);
    return failed({ kind: 'unreachable', browserGone: true, detail });
  } finally {
    unwatch?.();
  }
  if (result.ok || result.failure.evidence) return result;
  return failed({ ...result.failure, evidence: await keepEvidence(context) });
}
