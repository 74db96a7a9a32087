import type { BrowserContext, Page } from 'playwright';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { withDeadline } from '../lib/with-deadline.js';
import { liveCookies } from './restore-session.js';

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

/** Origins that were not visited, or all after `timeoutMs` (a stuck page), keep the localStorage of `previous`. */
export async function readSession(
  context: BrowserContext,
  options: { previous?: SessionCheckpoint; visited: ReadonlySet<string>; timeoutMs: number },
): Promise<SessionCheckpoint> {
  const savedAt = new Date().toISOString();
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
    cookies: liveCookies(cookies),
    origins: [...(state?.origins ?? []).filter(({ origin }) => !kept.some((k) => k.origin === origin)), ...kept],
    ...(options.previous?.headers ? { headers: options.previous.headers } : {}),
  };
}
