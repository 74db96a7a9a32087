import type { Response } from 'playwright';

/** Smaller differences come from the network delay and from clock inaccuracy. */
const toleratedMs = 120_000;

/** How far this machine's clock is ahead, in milliseconds; 0 within two minutes, undefined without a `Date`. */
export function clockSkewOf(headers: { date?: string; age?: string }, now: number): number | undefined {
  const dateMs = Date.parse(headers.date ?? '');
  if (Number.isNaN(dateMs)) return undefined;
  const ageMs = (Number(headers.age ?? 0) || 0) * 1000;
  const skewMs = now - dateMs - ageMs;
  return Math.abs(skewMs) > toleratedMs ? skewMs : 0;
}

/** The same for a page's response; undefined for one that may come from a cache, with an old `Date`. */
export function pageSkewOf(response: Pick<Response, 'headers' | 'fromServiceWorker'>): number | undefined {
  const headers = response.headers();
  return response.fromServiceWorker() || mayBeCached(headers) ? undefined : clockSkewOf(headers, Date.now());
}

function mayBeCached(headers: Readonly<Record<string, string>>): boolean {
  const control = headers['cache-control'];
  if (control !== undefined) return !/no-store|no-cache|max-age=0\b/i.test(control);
  return headers['expires'] !== undefined || headers['last-modified'] !== undefined;
}
