import { availableParallelism, freemem } from 'node:os';
import pLimit from 'p-limit';
import type { Settings } from '../store/settings.js';

/** A Chromium with one page takes about 400 MB. */
const browserBytes = 500 * 1024 * 1024;

/** How many browsers may run at once: the setting, or as many as fit the machine's processors and free memory. */
export function mostBrowsers({ maxAtOnce }: Settings['browser']): number {
  if (maxAtOnce !== 'auto') return maxAtOnce;
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / browserBytes)));
}

/** How many HTTP renewals may be under way at one site. */
export const mostAtOneSite = 4;

/** @returns a function that waits for one of that many places; its result frees the place */
export function slots(most: number): (onWait?: () => void) => Promise<() => void> {
  const limit = pLimit(most);
  return (onWait) =>
    new Promise((resolve, reject) => {
      if (limit.activeCount >= limit.concurrency) onWait?.();
      void limit(() => new Promise<void>((free) => resolve(free))).catch(reject);
    });
}
