/** Below this the difference is the answer's way and the clocks' own inaccuracy. */
const toleratedMs = 120_000;

interface ClockHeaders {
  readonly date?: string;
  readonly age?: string;
}

/**
 * How far this machine's clock is ahead of the server's, in milliseconds, by an answer's `Date` and the time that it spent in
 * caches (`Age`). 0 within two minutes, undefined when the answer does not say.
 */
export function clockSkewOf(headers: ClockHeaders, now: number): number | undefined {
  const dateMs = Date.parse(headers.date ?? '');
  if (Number.isNaN(dateMs)) return undefined;
  const ageMs = (Number(headers.age ?? 0) || 0) * 1000;
  const skewMs = now - dateMs - ageMs;
  return Math.abs(skewMs) > toleratedMs ? skewMs : 0;
}

/** Whether a browser may answer such a request from its own cache, with a `Date` of long ago. */
export function mayBeCached(headers: Readonly<Record<string, string>>): boolean {
  const control = headers['cache-control'];
  if (control !== undefined) return !/no-store|no-cache|max-age=0\b/i.test(control);
  return headers['expires'] !== undefined || headers['last-modified'] !== undefined;
}
