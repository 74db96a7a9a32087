import * as z from 'zod';
import type { ChallengeKind } from '../core/outcome.js';
import { allowedKeys } from './allowed-keys.js';

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
  readonly detail: string;
  readonly leftMs: number;
  /** The last typed message that was carried out. The viewer sends later ones again. */
  readonly lastSeq: number;
}

/** A `<select>` of the page, shown as a list in the viewer. `id` is valid until the next `controls` message. */
export interface SelectControl {
  readonly id: number;
  readonly box: Box;
  readonly label: string;
  readonly options: readonly { readonly text: string; readonly isDisabled: boolean }[];
  readonly selected: number;
}

/** A field that takes text. Sent in advance: the viewer has to open the right keyboard within the tap itself. */
export interface FieldControl {
  readonly box: Box;
  readonly keyboard: 'text' | 'numeric' | 'tel' | 'email' | 'url';
  readonly isPassword: boolean;
  /** The phone may offer the code from a text message that it received. */
  readonly isOneTimeCode: boolean;
}

export interface Controls {
  readonly type: 'controls';
  /** The viewport's width at the time. */
  readonly pageWidth: number;
  readonly selects: readonly SelectControl[];
  readonly fields: readonly FieldControl[];
  /** Where the person has to act, if known: the CAPTCHA, the dialog or the form. */
  readonly focus?: Box;
}

export interface DialogShown {
  readonly type: 'dialog';
  readonly id: number;
  readonly kind: 'alert' | 'confirm' | 'prompt';
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

/** Precedes each picture, as JSON after its 16-bit length. `width` and `height` are the viewport in CSS pixels. */
export interface PictureHead {
  readonly n: number;
  readonly width: number;
  readonly height: number;
  readonly offsetTop: number;
  /** The tab that the picture shows, by its id in `pages`. */
  readonly tab: number;
  /** Where a part belongs, in pixels of the last whole picture. Absent when the picture is whole. */
  readonly at?: { readonly x: number; readonly y: number };
}

export function packPicture(head: PictureHead, jpeg: Buffer): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(json.length);
  return Buffer.concat([length, json, jpeg]);
}

const coordinate = z.number().min(-100_000).max(100_000);
const stagePixels = z.int().min(1).max(20_000);
const seq = z.int().min(1);
/** Kind (0 move, 1 press, 2 release, 3 cancel), the viewer's clock in ms, x, y. */
const sample = z.tuple([z.literal([0, 1, 2, 3]), z.number(), coordinate, coordinate]);
export type PointerSample = z.infer<typeof sample>;

/** Every message from the viewer. Typed input has a number, because it is sent again after a broken connection. */
const fromViewer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ack'), n: z.int() }),
  /** The size of the stage in CSS pixels. The pictures begin after the first one. */
  z.strictObject({ type: z.literal('view'), width: stagePixels, height: stagePixels }),
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

export function parseFromViewer(text: string): FromViewer | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return fromViewer.safeParse(json).data;
}
