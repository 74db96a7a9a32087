import { setTimeout as delay } from 'node:timers/promises';

/** The time of day, and waiting for one. Deadlines of requests, processes and pages are plain timers instead. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves true once `now()` has reached the time, false as soon as the signal is aborted. Never rejects. */
  readonly sleepUntil: (at: number, signal?: AbortSignal) => Promise<boolean>;
}

/** The longest single timer. After a suspend or a change of the clock, `now()` is checked again within this time. */
const longestTimerMs = 15_000;

/** @param now epoch milliseconds; runs at the speed of the machine's timers */
export function clockOf(now: () => number): Clock {
  return {
    now,
    sleepUntil: async (at, signal) => {
      for (;;) {
        if (signal?.aborted) return false;
        const left = at - now();
        if (!(left > 0)) return true;
        await delay(Math.min(left, longestTimerMs), undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

export const systemClock: Clock = clockOf(() => Date.now());

/** A time of day that never goes back: a clock that is set back extends no deadline. Time asleep counts. */
export function forwardOnly(now: () => number, uptimeMs = () => performance.now()): () => number {
  let [at, seenAt] = [now(), uptimeMs()];
  return () => {
    const passed = uptimeMs() - seenAt;
    seenAt += passed;
    return (at = Math.max(now(), at + passed));
  };
}
