import type { Box, Place } from './in-page/visibility.js';

/** One line of visible text: the text of one block. */
export interface Line {
  readonly text: string;
  readonly box: Box;
  readonly heading: boolean;
  /** Inside an article, a table, code or a log: prose that may talk about anything. Counts as length, never as evidence. */
  readonly quoted: boolean;
}

/** A visible input, described by what surrounds it. Its value never leaves the page. */
export interface Field {
  readonly type: string;
  readonly name: string;
  readonly autocomplete: string;
  readonly inputMode: string;
  /** -1 when there is none. */
  readonly maxLength: number;
  /** Its own label, placeholder and the words right before it. */
  readonly label: string;
  readonly box: Box;
  readonly editable: boolean;
  /** Painted at opacity 0 over slots that show what is typed. */
  readonly overSlots: boolean;
  readonly inBar: boolean;
}

export interface Picture {
  readonly box: Box;
  /** Alt text, classes and the address without query. */
  readonly about: string;
}

/** One surface a person looks at: the page behind everything, a dialog or layer in front of it, or a short notice. */
export interface Area {
  readonly kind: 'page' | 'dialog' | 'notice';
  readonly lines: readonly Line[];
  /** Characters of visible text, CJK counted twice, bars left out. */
  readonly length: number;
  readonly fields: readonly Field[];
  readonly buttons: readonly string[];
  readonly links: readonly string[];
  readonly pictures: readonly Picture[];
  /** Small things that can be dragged: slider knobs. */
  readonly handles: readonly Box[];
  /** Boxes of embedded frames and of custom elements whose inside cannot be seen. */
  readonly embeds: readonly Box[];
}

/** A vendor rule that matched something a person can see. */
export interface WidgetMatch {
  /** Index in the vendor table. */
  readonly rule: number;
  readonly box: Box;
  readonly place: Place;
  readonly solved: boolean;
  /** Length of the prose a reader passes before reaching it. */
  readonly proseAbove: number;
}

/** What one look at one frame found. */
export interface FrameFacts {
  readonly url: string;
  readonly title: string;
  readonly loading: boolean;
  readonly width: number;
  readonly height: number;
  readonly areas: readonly Area[];
  readonly widgets: readonly WidgetMatch[];
  /** Names of markers found in inline scripts; these only call for another look. */
  readonly markers: readonly string[];
  /** Links in bars. */
  readonly barLinks: readonly string[];
  /** A way to sign out, or an account menu, is in the document. */
  readonly signedIn: boolean;
  /** The text of a document that is JSON or plain text, at most 4000 characters. */
  readonly rawText?: string;
  readonly truncated: boolean;
}

/** How a frame's element looks from the document that holds it. */
export interface FrameElementFacts {
  readonly seen: boolean;
  readonly box: Box;
  readonly place: Place;
  readonly onScreen: boolean;
  readonly src: string;
  /** A hidden response field next to it is filled: the widget was passed. */
  readonly tokenFilled: boolean;
  readonly coversScreen: boolean;
  readonly proseAbove: number;
}

/** One frame as the decision sees it: its facts, and how it hangs in the frames above. */
export interface FrameScan {
  readonly where: string;
  readonly isMain: boolean;
  /** Frame URL and the element's own `src`. */
  readonly urls: readonly string[];
  /** Absent for the main frame. */
  readonly element?: FrameElementFacts;
  /** It and every frame above it can be seen. */
  readonly visible: boolean;
  /** Some frame element on the way up stands in a dialog or layer. */
  readonly inFront: boolean;
  readonly facts?: FrameFacts;
  readonly parent?: FrameScan;
}
