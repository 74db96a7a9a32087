import type { ChallengeKind } from '../core/outcome.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in CSS pixels of the page's viewport. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** What the viewer displays about the takeover; sent once per connection. */
export interface Hello {
  readonly type: 'hello';
  readonly account: string;
  readonly siteTitle: string;
  readonly kind: ChallengeKind;
  readonly leftMs: number;
}

/** A field that takes text. Sent in advance: the viewer has to open the right keyboard within the tap itself. */
export interface Field {
  readonly box: Box;
  /** The value for `inputMode`; a browser takes an unknown one for `text`. */
  readonly keyboard: string;
  readonly isPassword: boolean;
}

export interface Controls {
  readonly type: 'controls';
  /** The viewport's width at the time. */
  readonly pageWidth: number;
  readonly fields: readonly Field[];
  /** Where the person has to act, if known: the CAPTCHA or the dialog. */
  readonly focus?: Box;
}

export type DialogKind = 'alert' | 'confirm' | 'prompt';

export type NoticeKind = 'navigation-held' | 'file-refused' | 'not-yet';

export type TakeoverEnd = 'resolved' | 'gave-up' | 'expired' | 'closed';

/** Why the view ended on this device: the reason of a socket that was closed with `endCode`, or of a refused claim. */
export type Ending = TakeoverEnd | 'new-link' | 'replaced' | 'signed-off' | 'used' | 'wrong';

/** The WebSocket close code after which the viewer does not reconnect by itself. */
export const endCode = 4000;

export type ToViewer =
  | Hello
  | Controls
  | { readonly type: 'dialog'; readonly kind: DialogKind; readonly message: string; readonly defaultValue: string }
  | { readonly type: 'dialog-gone' }
  /** The open pages, by their addresses. `current` is the index of the one that the pictures show. */
  | { readonly type: 'pages'; readonly pages: readonly string[]; readonly current: number }
  | { readonly type: 'notice'; readonly kind: NoticeKind; readonly detail?: string }
  | { readonly type: 'pong' };

/** Precedes each picture, as JSON after its 16-bit length. A picture has one pixel a CSS pixel of the page. */
export interface PictureHead {
  /** Where a part belongs in the last whole picture. Absent when the picture is whole. */
  readonly at?: { readonly x: number; readonly y: number };
}

/** The keys that the viewer may press. None has a modifier, so none is a shortcut of the browser itself. */
export const allowedKeys = [
  'Enter',
  'Backspace',
  'Delete',
  'Tab',
  'Escape',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
] as const;
