import type { CDPSession } from 'playwright';

interface RequestPaused {
  readonly requestId: string;
  readonly frameId: string;
  readonly request: { readonly url: string };
}

/**
 * Restricts the main frame to the allowed origins. Any other navigation is cancelled, so the current page stays open.
 * Frames inside the page, where challenges live, may go anywhere. Ends with the CDP session.
 */
export async function guardNavigation(
  cdp: CDPSession,
  isAllowed: (url: string) => boolean,
  onHeld: (url: string) => void,
): Promise<void> {
  const { targetInfo } = (await cdp.send('Target.getTargetInfo')) as { targetInfo: { targetId: string } };
  cdp.on('Fetch.requestPaused', (paused: RequestPaused) => {
    const { requestId, request } = paused;
    // The id of a page's main frame is the id of its target.
    const isHeld = paused.frameId === targetInfo.targetId && !isAllowed(request.url);
    const answer = isHeld
      ? cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      : cdp.send('Fetch.continueRequest', { requestId });
    answer.catch(() => undefined);
    if (isHeld) onHeld(request.url);
  });
  // Intercepts documents only. Other requests of the page are untouched and keep using the cache.
  await cdp.send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Request' }] });
}

/** `allowed` lists origins; `https://*.example.com` matches every host below `example.com`. */
export function isAllowedUrl(url: string, allowed: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const target = new URL(url);
  // Such pages have no origin of their own. Only an allowed page can open one: the viewer has no address bar.
  if (target.protocol === 'about:' || target.protocol === 'blob:') return true;
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return false;
  return allowed.some((entry) => {
    const wild = /^(https?:)\/\/\*\.(.+)$/.exec(entry);
    if (wild) return target.protocol === wild[1] && target.host.endsWith(`.${wild[2]}`);
    return URL.canParse(entry) && new URL(entry).origin === target.origin;
  });
}
