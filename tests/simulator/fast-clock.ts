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

/** Tells a child that is started with {@link readFastClock} which clock to live by. */
export function fastClockEnv({ startedAt, rate }: FastClock): Record<string, string> {
  return { [variable]: `${startedAt} ${rate}` };
}

export function readFastClock(env: NodeJS.ProcessEnv): FastClock | undefined {
  const [startedAt, rate] = (env[variable] ?? '').split(' ').map(Number);
  return startedAt && rate ? { startedAt, rate } : undefined;
}

/** The modules that wait for a time of the wall clock; every other timer waits for the machine or the network. */
const wallClockWaits = /[\\/](?:watch[\\/]alarm|core[\\/]wait-until)\.js:/;

/**
 * Makes the waits for a time of the wall clock as short as the rate says, and no other: a request keeps its ten seconds.
 * Who waits is told by the caller of `setTimeout`.
 */
export function hurryWallClockWaits(rate: number): void {
  const realSetTimeout = globalThis.setTimeout;
  const hurried = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 2;
    const caller = new Error().stack?.split('\n')[2] ?? '';
    Error.stackTraceLimit = limit;
    return realSetTimeout(callback, wallClockWaits.test(caller) ? (ms ?? 0) / rate : ms, ...args);
  };
  globalThis.setTimeout = Object.defineProperties(
    hurried,
    Object.getOwnPropertyDescriptors(realSetTimeout),
  ) as typeof setTimeout;
}
