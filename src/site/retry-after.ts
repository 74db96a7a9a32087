/** The Retry-After header in milliseconds from the answer. A date is compared with the server's own clock. */
export function retryAfterMs(header: string | undefined, serverDate: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  const from = Date.parse(serverDate ?? '');
  if (!Number.isFinite(until)) return undefined;
  return Math.max(0, until - (Number.isFinite(from) ? from : Date.now()));
}
