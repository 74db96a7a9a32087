/** What this process remembers about an account. Everything that matters is on disk. */
export interface AccountMemory {
  key?: string;
  firstSeenAt: number;
  jitterFraction: number;
  lastTriedAt?: number;
  retryAfter: number;
  deliverRetryAfter: number;
  failedDeliveries: number;
  lostRuns: number;
  failedAsks: number;
  forecastAt: number;
  keepAliveFrom: number;
  lastProblem?: string;
}

export const newMemory = (): AccountMemory => ({
  firstSeenAt: 0,
  jitterFraction: 0,
  retryAfter: 0,
  deliverRetryAfter: 0,
  failedDeliveries: 0,
  lostRuns: 0,
  failedAsks: 0,
  forecastAt: 0,
  keepAliveFrom: 0,
});
