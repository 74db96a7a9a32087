import pTimeout from 'p-timeout';

/** A timer with a longer time fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Settles as `work` does. After `ms` it resolves to what `late` returns, or rejects with what `late` throws; when the
 * signal is aborted, it rejects with the signal's reason. Nothing stops `work`, and its later failure is ignored.
 */
export function withDeadline<T, L>(work: Promise<T>, ms: number, late: () => L, signal?: AbortSignal): Promise<T | L> {
  const milliseconds = Math.min(Math.max(1, ms), longestTimerMs);
  return pTimeout<T, L>(work, { milliseconds, fallback: late, signal });
}
