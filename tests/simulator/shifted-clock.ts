/**
 * Preloaded into a child process (`NODE_OPTIONS=--import=file:///…/shifted-clock.js`), it shifts the global `Date` by
 * KEYTURN_SIMULATED_OFFSET_MS, so that a command runs in simulated time without a switch in its own code.
 * Timers, `performance.now()` and the times of files stay the machine's. Importing this module has that effect:
 * whoever only wants to start such a child imports `shifted-clock-env.js`.
 */
const offsetMs = Number(process.env.KEYTURN_SIMULATED_OFFSET_MS ?? '0');

if (Number.isFinite(offsetMs) && offsetMs !== 0) {
  const RealDate = Date;
  const now = () => RealDate.now() + offsetMs;
  // A proxy rather than a subclass: dates that Node makes itself, such as a file's mtime, stay `instanceof Date`.
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    get: (target, property, receiver) =>
      property === 'now' ? now : (Reflect.get(target, property, receiver) as unknown),
  });
}

export {};
