import { z } from 'zod';
import type { ChallengeKind } from '../core/outcome.js';
import type { Changes } from './picture-changes.js';

/** A rectangle in CSS pixels of the page's viewport. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the viewer shows of itself; sent once per connection. */
export interface Hello {
  readonly type: 'hello';
  readonly account: string;
  readonly siteTitle: string;
  readonly kind: ChallengeKind;
  readonly detail: string;
  readonly leftMs: number;
  /** The last typed message that was carried out; what the viewer kept beyond it is sent again. */
  readonly lastSeq: number;
}

/** A `<select>` of the page, shown as a list of the viewer. `id` is good until the next `controls`. */
export interface SelectControl {
  readonly id: number;
  readonly box: Box;
  readonly label: string;
  readonly options: readonly { readonly text: string; readonly isDisabled: boolean }[];
  readonly selected: number;
}

/** Where text can be typed, so that the viewer can bring up the right keyboard within the tap itself. */
export interface FieldControl {
  readonly box: Box;
  readonly keyboard: 'text' | 'numeric' | 'tel' | 'email' | 'url';
  readonly isPassword: boolean;
  /** The phone may offer the code of a text message that it received. */
  readonly isOneTimeCode: boolean;
}

export interface Controls {
  readonly type: 'controls';
  readonly selects: readonly SelectControl[];
  readonly fields: readonly FieldControl[];
  /** What the person is here for, where that can be told: the CAPTCHA, the dialog, the form. */
  readonly focus?: Box;
}

export interface DialogShown {
  readonly type: 'dialog';
  readonly id: number;
  readonly kind: 'alert' | 'confirm' | 'prompt' | 'beforeunload';
  readonly message: string;
  readonly defaultValue: string;
}

export type NoticeKind =
  'navigation-held' | 'popup-held' | 'file-refused' | 'download-refused' | 'looking' | 'not-yet' | 'page-gone';

export type TakeoverEnd = 'resolved' | 'gave-up' | 'expired' | 'closed';

export type ToViewer =
  | Hello
  | Controls
  | DialogShown
  | { readonly type: 'dialog-gone'; readonly id: number }
  | { readonly type: 'pages'; readonly pages: readonly PageEntry[]; readonly current: number }
  | { readonly type: 'notice'; readonly kind: NoticeKind; readonly detail?: string }
  | { readonly type: 'open-select'; readonly id: number }
  | { readonly type: 'received'; readonly seq: number }
  | { readonly type: 'pong' }
  | { readonly type: 'ended'; readonly how: TakeoverEnd | 'new-link'; readonly message?: string };

export interface PageEntry {
  readonly id: number;
  readonly title: string;
  readonly host: string;
}

/** Stands before each picture, as JSON after a 16-bit length. `width` and `height` are the viewport in CSS pixels. */
export interface PictureHead {
  readonly n: number;
  readonly isSharp: boolean;
  readonly width: number;
  readonly height: number;
  readonly offsetTop: number;
  /** Whose picture it is; `pages` has the same numbers. */
  readonly tab: number;
  /** Absent where a sharp picture takes the place of all before it, and the viewer finds out itself where a moving one differs. */
  readonly changes?: Changes;
}

export function packPicture(head: PictureHead, jpeg: Buffer): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(json.length);
  return Buffer.concat([length, json, jpeg]);
}

/** The keys that the viewer may press. None with a modifier, so none that means something to the browser itself. */
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
  'Home',
  'End',
] as const;

const coordinate = z.number().min(-100_000).max(100_000);
const seq = z.int().min(1);
/** Kind (0 moves, 1 presses, 2 releases, 3 gives up), the viewer's clock in ms, x, y. */
const sample = z.tuple([
  z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  z.number(),
  coordinate,
  coordinate,
]);
export type PointerSample = z.infer<typeof sample>;

/** Everything the viewer can say. Typed things carry a number, because they are sent again after a broken connection. */
export const fromViewer = z.discriminatedUnion('type', [
  /** `isLost`: it could not be shown, so what builds on it could not either. */
  z.strictObject({ type: z.literal('ack'), n: z.int(), isLost: z.boolean().optional() }),
  z.strictObject({
    type: z.literal('view'),
    /** Device pixels that the whole page's width takes up at the present zoom. */
    pagePixels: z.number().min(1).max(20_000),
  }),
  z.strictObject({ type: z.literal('pointer'), samples: z.array(sample).min(1).max(500) }),
  z.strictObject({ type: z.literal('wheel'), x: coordinate, y: coordinate, dx: coordinate, dy: coordinate }),
  z.strictObject({ type: z.literal('text'), seq, text: z.string().min(1).max(5000) }),
  z.strictObject({ type: z.literal('compose'), text: z.string().max(500) }),
  z.strictObject({ type: z.literal('key'), seq, key: z.enum(allowedKeys) }),
  z.strictObject({ type: z.literal('select'), id: z.int(), index: z.int().min(0) }),
  z.strictObject({
    type: z.literal('dialog'),
    id: z.int(),
    accept: z.boolean(),
    text: z.string().max(5000).optional(),
  }),
  z.strictObject({ type: z.literal('page'), id: z.int() }),
  z.strictObject({ type: z.literal('done') }),
  z.strictObject({ type: z.literal('give-up') }),
  z.strictObject({ type: z.literal('ping') }),
]);
export type FromViewer = z.infer<typeof fromViewer>;

/** The message, or undefined when it is not one. */
export function parseFromViewer(text: string): FromViewer | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return fromViewer.safeParse(json).data;
}
