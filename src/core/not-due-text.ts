import type { IsoTime } from './outcome.js';

/**
 * `not due: the key is good until 2026-12-02 08:08, due 2026-11-28 20:08`. Without a known expiry, only the due
 * time is shown.
 */
export function notDueText(
  { expiresAt, dueAt }: { readonly expiresAt?: IsoTime; readonly dueAt?: IsoTime },
  showTime: (time: IsoTime) => string,
  showExpiry: (time: IsoTime) => string = showTime,
): string {
  const good = expiresAt === undefined ? 'no expiry is known' : `the key is good until ${showExpiry(expiresAt)}`;
  return `not due: ${good}${dueAt === undefined ? '' : `, due ${showTime(dueAt)}`}`;
}
