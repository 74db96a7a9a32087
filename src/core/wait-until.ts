/** Longer than this no timer sleeps, so that a machine that slept or a clock that was set is noticed soon. */
const longestSleepMs = 15_000;

/** Resolves true when `now()` reaches the time, false as soon as the signal is aborted. Never rejects. */
export async function waitUntil(at: number, now: () => number, signal?: AbortSignal): Promise<boolean> {
  for (;;) {
    if (signal?.aborted) return false;
    const left = at - now();
    if (!(left > 0)) return true;
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, Math.min(left, longestSleepMs));
      signal?.addEventListener('abort', finish, { once: true });
    });
  }
}
