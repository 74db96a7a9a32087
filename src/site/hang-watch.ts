import type { Page } from 'playwright';

const everyMs = 5000;
const limitMs = 30_000;

export interface HangWatchOptions {
  /** Called once, when the page has not answered a trivial `evaluate` for `limitMs` (30 s by default). */
  readonly onHang: (silentMs: number) => void;
  readonly everyMs?: number;
  readonly limitMs?: number;
}

/**
 * Regularly runs a trivial `evaluate` on the page. A stopped or stuck browser does not answer, and most Playwright
 * calls have no timeout of their own. Do not use it while a person works on the page: an open dialog blocks
 * `evaluate` as well.
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
  // Silence is counted in ticks. If this process itself was suspended, the whole pause is a single tick.
  const timer = setInterval(() => {
    if (isAsking) silentTicks += 1;
    if (silentTicks >= maxTicks) {
      clearInterval(timer);
      options.onHang(silentTicks * tickMs);
    } else if (!isAsking) {
      isAsking = true;
      // A rejection counts as an answer: the work on the page notices a closed or navigating page itself.
      page.evaluate(() => undefined).then(answered, answered);
    }
  }, tickMs);
  return () => clearInterval(timer);
}
