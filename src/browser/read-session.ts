import type { BrowserContext, Page } from 'playwright';
import type { CheckpointCookie, SessionCheckpoint } from '../core/session-checkpoint.js';
import { withDeadline } from '../lib/with-deadline.js';
import { cookieId, isLive } from './restore-session.js';

/** Records which origins were opened, because Playwright reads the storage of those only. */
export function trackOrigins(context: BrowserContext): ReadonlySet<string> {
  const seen = new Set<string>();
  const watch = (page: Page) =>
    page.on('framenavigated', (frame) => {
      if (/^https?:/.test(frame.url())) seen.add(new URL(frame.url()).origin);
    });
  context.on('page', watch);
  context.pages().forEach(watch);
  return seen;
}

/**
 * A cookie that both clocks call expired is left out. One that has not changed keeps the end that it had: the browser
 * may have got it without one, or have shortened it by a wrong clock.
 * Origins that were not visited, or all after `timeoutMs` (a stuck page), keep the localStorage of `previous`.
 */
export async function readSession(
  context: BrowserContext,
  options: { previous?: SessionCheckpoint; visited: ReadonlySet<string>; timeoutMs: number; clockAheadMs?: number },
): Promise<SessionCheckpoint> {
  const now = Date.now();
  const savedAt = new Date(now).toISOString();
  const idWithValue = (cookie: Pick<CheckpointCookie, 'name' | 'domain' | 'path' | 'value'>) =>
    `${cookieId(cookie)}\n${cookie.value}`;
  const known = new Map(options.previous?.cookies.map((cookie) => [idWithValue(cookie), cookie.expires]));
  const previousOrigins = options.previous?.origins ?? [];
  const state = await withDeadline(context.storageState(), options.timeoutMs, () => undefined);
  const stuck = () => {
    throw new Error('the browser does not give out its cookies');
  };
  const cookies = state?.cookies ?? (await withDeadline(context.cookies(), options.timeoutMs, stuck));
  const kept = state ? previousOrigins.filter(({ origin }) => !options.visited.has(origin)) : previousOrigins;
  return {
    version: 1,
    savedAt,
    savedBy: 'browser',
    cookies: cookies
      .map((cookie) => ({ ...cookie, expires: Math.max(cookie.expires, known.get(idWithValue(cookie)) ?? -1) }))
      .filter((cookie) => isLive(cookie, now) || isLive(cookie, now - (options.clockAheadMs ?? 0))),
    origins: [...(state?.origins ?? []).filter(({ origin }) => !kept.some((k) => k.origin === origin)), ...kept],
    ...(options.previous?.headers ? { headers: options.previous.headers } : {}),
  };
}
