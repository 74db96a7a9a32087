/**
 * Preload this module into a child process (`NODE_OPTIONS=--import=file:///…/shifted-clock.js`). It shifts the global
 * `Date` by KEYTURN_SIMULATED_OFFSET_MS, so that a command runs in simulated time without a switch in its own code.
 * Timers, `performance.now()` and file times are not shifted. Importing this module shifts the clock of the importing
 * process. To start a child with a shifted clock, import `shifted-clock-env.js` instead.
 */
const offsetMs = Number(process.env.KEYTURN_SIMULATED_OFFSET_MS ?? '0');

if (Number.isFinite(offsetMs) && offsetMs !== 0) {
  const RealDate = Date;
  const now = () => RealDate.now() + offsetMs;
  // Use a proxy, not a subclass, so that dates made by Node, such as a file's mtime, are still `instanceof Date`.
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    get: (target, property, receiver) =>
      property === 'now' ? now : (Reflect.get(target, property, receiver) as unknown),
  });
}

export {};
