import { setTimeout as delay } from 'node:timers/promises';
import pRetry, { AbortError } from 'p-retry';

/** How long the site asked keyturn to wait; a field of the error that a retried call rejects with. */
interface RetryAfter {
  readonly retryAfterMs?: number;
}

export interface RetryOptions {
  /** How often to try again after the first attempt; 0 for never. */
  readonly retries: number;
  readonly minTimeoutMs: number;
  readonly maxTimeoutMs: number;
  /** Does not wait for a Retry-After longer than this: `retry` rejects with the error. */
  readonly maxRetryAfterMs: number;
  readonly signal?: AbortSignal;
  readonly isRetryable: (error: unknown) => boolean;
  readonly onRetry?: (error: unknown, attempt: number) => void;
}

/** Tries again, a limited number of times, when `isRetryable` allows it. Waits at least as long as Retry-After says. */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  return pRetry(
    async (attempt) => {
      try {
        return await work(attempt);
      } catch (error) {
        // p-retry gives up on a TypeError that is no network error, and wraps what is not an Error. Decide here
        // instead.
        if (!options.isRetryable(error))
          throw new AbortError(error instanceof Error ? error : new Error(String(error)));
        const wait = (error as RetryAfter).retryAfterMs ?? 0;
        if (wait > options.maxRetryAfterMs)
          throw new AbortError(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    },
    {
      retries: options.retries,
      minTimeout: options.minTimeoutMs,
      maxTimeout: options.maxTimeoutMs,
      factor: 2,
      randomize: true,
      signal: options.signal,
      shouldRetry: () => true,
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (retriesLeft === 0) return;
        options.onRetry?.(error, attemptNumber);
        const wait = (error as RetryAfter).retryAfterMs ?? 0;
        if (wait > 0) await pause(wait, options.signal);
      },
    },
  );
}

/** Waits. When the signal is aborted, rejects at once with its reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((aborted: unknown) => {
    throw signal?.reason instanceof Error ? signal.reason : aborted;
  });
}
