import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';

/** How long the site asked keyturn to wait, by the error that a retried call rejects with. */
const waitOf = (error: unknown): number => (error as { readonly retryAfterMs?: number }).retryAfterMs ?? 0;

export interface RetryOptions {
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
  const isFinal = (error: unknown) => !options.isRetryable(error) || waitOf(error) > options.maxRetryAfterMs;
  return pRetry(work, {
    retries: options.retries,
    minTimeout: options.minTimeoutMs,
    maxTimeout: options.maxTimeoutMs,
    randomize: true,
    signal: options.signal,
    shouldRetry: ({ error }) => !isFinal(error),
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft === 0 || isFinal(error)) return;
      options.onRetry?.(error, attemptNumber);
      if (waitOf(error) > 0) await pause(waitOf(error), options.signal);
    },
  });
}

/** Waits. When the signal is aborted, rejects at once with its reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((aborted: unknown) => {
    throw signal?.reason instanceof Error ? signal.reason : aborted;
  });
}
