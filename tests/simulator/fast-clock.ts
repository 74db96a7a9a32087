import { systemClock, type Clock } from '../../src/lib/clock.js';

/**
 * A clock that runs at a rate, for months of simulated time in an hour. Two processes that are given the same start and
 * rate agree on the time: both reckon it from the machine's clock.
 */
export interface FastClock {
  /** Where simulated and real time meet; epoch milliseconds. */
  readonly startedAt: number;
  /** Simulated seconds per second. */
  readonly rate: number;
}

const variable = 'KEYTURN_FAST_CLOCK';

/** Epoch milliseconds of simulated time. */
export function fastNow({ startedAt, rate }: FastClock, realNow = Date.now()): number {
  return Math.round(startedAt + (realNow - startedAt) * rate);
}

/** keyturn's clock: only what waits for a time of day runs fast, and a request keeps its ten seconds. */
export function fastClock({ startedAt, rate }: FastClock): Clock {
  return {
    now: () => fastNow({ startedAt, rate }),
    sleepUntil: (at, signal) => systemClock.sleepUntil(startedAt + (at - startedAt) / rate, signal),
  };
}

/** The environment of a child that is started with {@link readFastClock}. */
export function fastClockEnv({ startedAt, rate }: FastClock): Record<string, string> {
  return { [variable]: `${startedAt} ${rate}` };
}

export function readFastClock(env: NodeJS.ProcessEnv): FastClock | undefined {
  const [startedAt, rate] = (env[variable] ?? '').split(' ').map(Number);
  return startedAt && rate ? { startedAt, rate } : undefined;
}
