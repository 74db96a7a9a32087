import pRetry, { AbortError } from 'p-retry';

/** Says how long the site asked to be left alone; thrown or carried by the error that a retried call rejects with. */
export interface RetryAfter {
  readonly retryAfterMs?: number;
}

export interface RetryOptions {
  /** Further tries after the first; 0 means never again. */
  readonly retries: number;
  readonly minTimeoutMs: number;
  readonly maxTimeoutMs: number;
  /** A Retry-After longer than this is not waited for: the run ends and says so. */
  readonly maxRetryAfterMs: number;
  readonly signal?: AbortSignal;
  readonly isRetryable: (error: unknown) => boolean;
  readonly onRetry?: (error: unknown, attempt: number) => void;
}

/** Tries again, a bounded number of times, only what the caller says may be tried again; honours Retry-After. */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  return pRetry(
    async (attempt) => {
      try {
        return await work(attempt);
      } catch (error) {
        // p-retry would take a non-network TypeError as final and wrap what is not an Error: decide here instead.
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

/** Waits, or rejects with the signal's reason at once when it is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
