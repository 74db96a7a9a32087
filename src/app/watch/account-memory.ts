/** What this process remembers about an account. Everything that matters is on disk. */
export class AccountMemory {
  key?: string;
  firstSeenAt = 0;
  jitterFraction = 0;
  lastTriedAt?: number;
  retryAfter = 0;
  deliverRetryAfter = 0;
  failedDeliveries = 0;
  lostRuns = 0;
  failedAsks = 0;
  keepAliveFrom = 0;
  lastProblem?: string;
}
