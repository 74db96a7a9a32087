import type { BrowserContext } from 'playwright';
import type { CheckpointCookie, SessionCheckpoint } from '../core/session-checkpoint.js';
import type { RestorePlan } from './profile-state.js';

/** Names an icon. Otherwise the browser may request one from the site, bypassing the route. */
const emptyPage = '<!doctype html><link rel="icon" href="data:,">';

/** Avoids Playwright's `setStorageState()`, which first clears the profile's storage, including IndexedDB. */
export async function restoreSession(
  context: BrowserContext,
  checkpoint: SessionCheckpoint,
  plan: RestorePlan,
): Promise<void> {
  await restoreCookies(context, checkpoint, plan.cookies);
  if (plan.localStorage === 'as-it-is') return;
  const origins = checkpoint.origins.filter(
    ({ origin, localStorage }) => localStorage.length > 0 && /^https?:/.test(origin),
  );
  if (origins.length === 0) return;
  const page = await context.newPage();
  try {
    // The visit only opens the origin's storage. Neither the site nor its service worker gets a request.
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.setBypassServiceWorker', { bypass: true });
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: emptyPage }));
    for (const { origin, localStorage } of origins) {
      await page.goto(`${origin}/`, { timeout: 10_000, waitUntil: 'commit' });
      const items = localStorage.map(({ name, value }): [string, string] => [name, value]);
      await page.evaluate(setItems, { items, onlyMissing: plan.localStorage === 'fill-gaps' });
    }
  } finally {
    await page.close().catch(() => undefined);
  }
}

async function restoreCookies(
  context: BrowserContext,
  checkpoint: SessionCheckpoint,
  plan: RestorePlan['cookies'],
): Promise<void> {
  const held = plan === 'fill-gaps' ? new Set((await context.cookies()).map(cookieId)) : new Set<string>();
  const now = Date.now();
  // This machine's clock may be wrong, which only the site's answer shows. A cookie without an end is not deleted by it.
  const cookies = checkpoint.cookies
    .map((cookie) => (isLive(cookie, now) ? cookie : { ...cookie, expires: -1 }))
    .filter((cookie) => !held.has(cookieId(cookie)));
  if (cookies.length === 0) return;
  try {
    await context.addCookies(cookies);
  } catch {
    // If Chromium rejects one cookie, the whole batch fails. Add them one by one to keep the others.
    for (const cookie of cookies) await context.addCookies([cookie]).catch(() => undefined);
  }
}

export const isLive = ({ expires }: Pick<CheckpointCookie, 'expires'>, now: number) =>
  expires < 0 || expires * 1000 > now;

export const cookieId = (cookie: Pick<CheckpointCookie, 'name' | 'domain' | 'path' | 'partitionKey'>) =>
  [cookie.name, cookie.domain, cookie.path, cookie.partitionKey].join('\n');

/** Runs in the page. */
function setItems({ items, onlyMissing }: { items: [string, string][]; onlyMissing: boolean }): void {
  for (const [name, value] of items) {
    const held = localStorage.getItem(name);
    if (held !== value && !(onlyMissing && held !== null)) localStorage.setItem(name, value);
  }
}
