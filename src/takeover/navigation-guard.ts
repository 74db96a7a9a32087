import type { CDPSession } from 'playwright';

interface RequestPaused {
  readonly requestId: string;
  readonly frameId: string;
  readonly request: { readonly url: string };
}

/**
 * Holds the main frame to the allowed origins. A navigation elsewhere is given up as if it had been cancelled, so the page
 * that is open stays; frames inside it, where challenges live, go where they like. Ends with the CDP session.
 */
export async function guardNavigation(
  cdp: CDPSession,
  isAllowed: (url: string) => boolean,
  onHeld: (url: string) => void,
): Promise<void> {
  const { targetInfo } = (await cdp.send('Target.getTargetInfo')) as { targetInfo: { targetId: string } };
  cdp.on('Fetch.requestPaused', (paused: RequestPaused) => {
    const { requestId, request } = paused;
    // A page's main frame has the id of its target.
    const isHeld = paused.frameId === targetInfo.targetId && !isAllowed(request.url);
    const answer = isHeld
      ? cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      : cdp.send('Fetch.continueRequest', { requestId });
    answer.catch(() => undefined);
    if (isHeld) onHeld(request.url);
  });
  // Documents only: what the page itself fetches is not touched and keeps its cache.
  await cdp.send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Request' }] });
}

/** `allowed` are origins; `https://*.example.com` stands for every host below it. */
export function isAllowedUrl(url: string, allowed: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const target = new URL(url);
  // Pages without an origin of their own are made by a page that had to be allowed; nothing can be typed in as an address.
  if (target.protocol === 'about:' || target.protocol === 'blob:') return true;
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return false;
  return allowed.some((entry) => {
    const wild = /^(https?:)\/\/\*\.(.+)$/.exec(entry);
    if (wild) return target.protocol === wild[1] && target.host.endsWith(`.${wild[2]}`);
    return URL.canParse(entry) && new URL(entry).origin === target.origin;
  });
}
