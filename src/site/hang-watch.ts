import type { Page } from 'playwright';

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
