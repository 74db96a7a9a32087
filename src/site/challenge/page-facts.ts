import type { Frame } from 'playwright';
import type { judgeFrameElement } from './in-page/judge-frame-element.js';
import type { scanDocument } from './in-page/scan-document.js';

/** The result of one check of a page. The first four need a person. */
export type PageLabel = 'captcha' | 'login' | '2fa' | 'overlay' | 'rate_limited' | 'maintenance' | 'error' | 'none';

export type FrameElementFacts = ReturnType<typeof judgeFrameElement>;
export type FrameFacts = ReturnType<typeof scanDocument>;
/** A visible part of the document: the page itself, a dialog or layer in front of it, or a short notice. */
export type Area = FrameFacts['areas'][number];
export type Field = Area['fields'][number];
/** A vendor rule, by its index, that matched a visible element. */
export type WidgetMatch = FrameFacts['widgets'][number];

/** One frame as the decision sees it: its facts and its place in the parent frames. */
export interface FrameScan {
  readonly where: string;
  /** Absent in tests without a browser. */
  readonly frame?: Frame;
  readonly isMain: boolean;
  /** Frame URL and the element's own `src`. */
  readonly urls: readonly string[];
  /** Absent for the main frame. */
  readonly element?: FrameElementFacts;
  /** The frame and all its parent frames are visible. */
  readonly visible: boolean;
  /** The frame or one of its parent frames is in a dialog or layer. */
  readonly inFront: boolean;
  readonly facts?: FrameFacts;
  readonly parent?: FrameScan;
}
