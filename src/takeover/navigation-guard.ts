import type { CDPSession } from 'playwright';

/** Holds only the main frame to the allowed origins: challenges live in frames. Ends with the CDP session. */
export async function guardNavigation(
  cdp: CDPSession,
  isAllowed: (url: string) => boolean,
  onHeld: (url: string) => void,
): Promise<void> {
  const { targetInfo } = await cdp.send('Target.getTargetInfo');
  cdp.on('Fetch.requestPaused', ({ requestId, frameId, request }) => {
    // The id of a page's main frame is the id of its target.
    const isHeld = frameId === targetInfo.targetId && !isAllowed(request.url);
    const answer = isHeld
      ? cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      : cdp.send('Fetch.continueRequest', { requestId });
    answer.catch(() => undefined);
    if (isHeld) onHeld(request.url);
  });
  // Intercepts documents only. Other requests of the page are untouched and keep using the cache.
  await cdp.send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Request' }] });
}

export function isAllowedUrl(url: string, allowedOrigins: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, origin } = new URL(url);
  // Such pages have no origin of their own. Only an allowed page can open one: the viewer has no address bar.
  if (protocol === 'about:' || protocol === 'blob:') return true;
  return allowedOrigins.includes(origin);
}
