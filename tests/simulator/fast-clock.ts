import { systemClock, type Clock } from '../../src/lib/clock.js';

/**
 * A clock that runs faster than real time, for months of simulated time in an hour. Processes with the same start and
 * rate agree on the time, because each computes it from the machine's clock.
 */
export interface FastClock {
  /** When simulated and real time were equal; epoch milliseconds. */
  readonly startedAt: number;
  /** Simulated seconds per real second. */
  readonly rate: number;
}

const variable = 'KEYTURN_FAST_CLOCK';

/** Returns the simulated time in epoch milliseconds. */
export function fastNow({ startedAt, rate }: FastClock, realNow = Date.now()): number {
  return Math.round(startedAt + (realNow - startedAt) * rate);
}

/** Returns a clock for keyturn. Only waits until a time of day run fast; a request keeps its ten real seconds. */
export function fastClock({ startedAt, rate }: FastClock): Clock {
  return {
    now: () => fastNow({ startedAt, rate }),
    sleepUntil: (at, signal) => systemClock.sleepUntil(startedAt + (at - startedAt) / rate, signal),
  };
}

/** Returns the environment for a child process that uses {@link readFastClock}. */
export function fastClockEnv({ startedAt, rate }: FastClock): Record<string, string> {
  return { [variable]: `${startedAt} ${rate}` };
}

export function readFastClock(env: NodeJS.ProcessEnv): FastClock | undefined {
  const [startedAt, rate] = (env[variable] ?? '').split(' ').map(Number);
  return startedAt && rate ? { startedAt, rate } : undefined;
}
