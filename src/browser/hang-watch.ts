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
export function watchForHang(page: Page, options: HangWatchOptions): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const pause = (ms: number, next: () => void) => (timer = setTimeout(next, ms));
  const ask = () => {
    const silentMs = options.limitMs ?? limitMs;
    pause(silentMs, () => {
      isOver = true;
      options.onHang(silentMs);
    });
    const answered = () => {
      clearTimeout(timer);
      if (!isOver) pause(options.everyMs ?? everyMs, ask);
    };
    // A page that is gone or on its way elsewhere is noticed by the work itself.
    page.evaluate(() => undefined).then(answered, answered);
  };
  pause(options.everyMs ?? everyMs, ask);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
