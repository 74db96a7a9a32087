import type { Box, Place } from './in-page/visibility.js';

/** The result of one check of a page. The first three need a person. */
export type PageLabel = 'captcha' | 'login' | '2fa' | 'rate_limited' | 'maintenance' | 'error' | 'none';

/** The visible text of one block element. */
export interface Line {
  readonly text: string;
  readonly box: Box;
  readonly heading: boolean;
  /** Inside an article, a table, code or a log, which may be about anything. Counts as length, never as evidence. */
  readonly quoted: boolean;
}

/** A visible input, described by its attributes and surroundings. Its value never leaves the page. */
export interface Field {
  readonly type: string;
  readonly name: string;
  readonly autocomplete: string;
  readonly inputMode: string;
  /** -1 when there is no limit. */
  readonly maxLength: number;
  /** Its labels, its placeholder, or else the text right before it. */
  readonly label: string;
  readonly box: Box;
  readonly editable: boolean;
  /** Invisible (opacity below 0.1) over slots that show what is typed. */
  readonly overSlots: boolean;
  readonly inBar: boolean;
}

export interface Picture {
  readonly box: Box;
  /** Alt text, classes, id, and the address without its query. */
  readonly about: string;
}

/** A visible part of the document: the page itself, a dialog or layer in front of it, or a short notice. */
export interface Area {
  readonly kind: 'page' | 'dialog' | 'notice';
  readonly lines: readonly Line[];
  /** Number of characters of visible text; CJK characters count twice, bars do not count. */
  readonly length: number;
  readonly fields: readonly Field[];
  readonly buttons: readonly string[];
  readonly links: readonly string[];
  readonly pictures: readonly Picture[];
  /** Small elements that can be dragged, such as slider knobs. */
  readonly handles: readonly Box[];
  /** Boxes of embedded frames and of custom elements without an open shadow root. */
  readonly embeds: readonly Box[];
}

/** A vendor rule that matched a visible element. */
export interface WidgetMatch {
  /** Index in `widgetRules`. */
  readonly rule: number;
  readonly place: Place;
  readonly solved: boolean;
  /** Length of the prose above the element. */
  readonly proseAbove: number;
}

export interface FrameFacts {
  readonly url: string;
  readonly title: string;
  readonly areas: readonly Area[];
  readonly widgets: readonly WidgetMatch[];
  /** Names of the markers found in inline scripts. Most of them only justify another check. */
  readonly markers: readonly string[];
  /** Texts of the links in bars. */
  readonly barLinks: readonly string[];
  /** The document has a control to sign out. */
  readonly signedIn: boolean;
  /** The text of a document that is JSON or plain text, at most 4000 characters. */
  readonly rawText?: string;
  readonly truncated: boolean;
}

/** What a frame's element shows in its parent document. */
export interface FrameElementFacts {
  readonly seen: boolean;
  readonly box: Box;
  readonly place: Place;
  readonly onScreen: boolean;
  readonly src: string;
  /** A hidden response field next to it is filled, so the widget was passed. */
  readonly tokenFilled: boolean;
  readonly coversScreen: boolean;
  readonly proseAbove: number;
}

/** One frame as the decision sees it: its facts and its place in the parent frames. */
export interface FrameScan {
  readonly where: string;
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
