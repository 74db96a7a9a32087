import type { Page } from 'playwright';

const everyMs = 5000;
const limitMs = 30_000;

export interface HangWatchOptions {
  /** Called once: the page has not answered the simplest question for 30 s. */
  readonly onHang: (silentMs: number) => void;
  readonly everyMs?: number;
  readonly limitMs?: number;
}

/**
 * Asks the page now and then whether it is still there: a browser that is stopped or stuck answers nothing, and most
 * questions to a page have no limit of their own. Not for a page with a person at it, who may leave a dialog open.
 */
export function watchForHang(page: Pick<Page, 'evaluate'>, options: HangWatchOptions): () => void {
  const tickMs = options.everyMs ?? everyMs;
  const maxTicks = Math.ceil((options.limitMs ?? limitMs) / tickMs);
  let isAsking = false;
  let silentTicks = 0;
  const answered = () => {
    isAsking = false;
    silentTicks = 0;
  };
  // Counted in ticks: to a process that itself stood still meanwhile, the whole time is one of them.
  const timer = setInterval(() => {
    if (isAsking) silentTicks += 1;
    if (silentTicks >= maxTicks) {
      clearInterval(timer);
      options.onHang(silentTicks * tickMs);
    } else if (!isAsking) {
      isAsking = true;
      // A page that is gone or on its way elsewhere is noticed by the work itself.
      page.evaluate(() => undefined).then(answered, answered);
    }
  }, tickMs);
  return () => clearInterval(timer);
}
