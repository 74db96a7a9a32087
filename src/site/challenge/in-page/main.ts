// What runs inside a page. The build bundles it into `in-page.js`, whose value is these functions.
import type { FrameElementFacts, FrameFacts } from '../page-facts.js';
import { judgeFrameElement } from './judge-frame-element.js';
import { scanDocument, type ScanRequest } from './scan-document.js';
import { createVisibility } from './visibility.js';

export function scan(request: ScanRequest): FrameFacts {
  return scanDocument(createVisibility(), request);
}

export function judge(element: Element, tokenSelector: string): FrameElementFacts {
  return judgeFrameElement(createVisibility(), element, tokenSelector);
}
