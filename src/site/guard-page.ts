import { failed, type Attempt } from '../core/outcome.js';
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
    context.hang = `The browser did not answer for ${silentMs / 1000} s and was ended.`;
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
    const byPerson = person ? ' (its window may have been closed)' : '';
    const detail = context.hang ?? `The browser went away in the middle of the work${byPerson}.`;
    return failed({ kind: 'unreachable', browserGone: true, detail });
  } finally {
    unwatch?.();
  }
  if (result.ok || result.failure.evidence) return result;
  return failed({ ...result.failure, evidence: await keepEvidence(context, result.failure) });
}
