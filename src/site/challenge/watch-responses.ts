import type { Page, Response } from 'playwright';
import { redactUrl } from '../../lib/redact.js';
import { classifyResponse, type ResponseClue } from './response-clues.js';

const maxBodyBytes = 64 * 1024;

/** The body of a small data answer. All other answers are classified by their status and headers. */
async function readSmallBody(response: Response, headers: Record<string, string>): Promise<string | undefined> {
  const isText = /json|html|javascript|text\/plain/.test(headers['content-type'] ?? '');
  if (!isText || Number(headers['content-length'] ?? 0) > maxBodyBytes) return undefined;
  // The body cannot be read once the page is gone; the headers are still known.
  const text = await response.text().catch(() => '');
  return text.length > maxBodyBytes ? undefined : text;
}

/** Collects clues from a page's answers. Keeps no bodies. */
export function watchResponses(page: Page) {
  let clues: ResponseClue[] = [];

  const onResponse = async (response: Response) => {
    const request = response.request();
    const resourceType = request.resourceType();
    if (!['document', 'xhr', 'fetch'].includes(resourceType)) return;
    const isDocument =
      resourceType === 'document' && request.isNavigationRequest() && response.frame() === page.mainFrame();
    if (resourceType === 'document' && !isDocument) return;
    const status = response.status();
    if (isDocument && (status < 300 || status >= 400)) clues = clues.filter((clue) => !clue.isDocument);
    const headers = response.headers();
    const current = clues;
    const bodyText = resourceType === 'document' ? undefined : await readSmallBody(response, headers);
    const clue = classifyResponse({ url: response.url(), status, headers, bodyText });
    // The page itself handles a bare status of its data requests. A body that was read after clear() is outdated.
    if (!clue || (!isDocument && clue.strength === 'status') || current !== clues) return;
    clues.push({ ...clue, isDocument, where: `${request.method()} ${redactUrl(response.url())}` });
    if (clues.length > 50) clues.shift();
  };

  // The page may close before its answer is read.
  page.on('response', (response) => void onResponse(response).catch(() => undefined));
  return {
    /** The clues since the last `clear`, oldest first, at most 50. A new main document removes its predecessor's. */
    clues: (): readonly ResponseClue[] => [...clues],
    clear: () => void (clues = []),
  };
}
