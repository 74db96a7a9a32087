import * as z from 'zod';
import { allowedKeys } from './protocol.js';

const coordinate = z.number().min(-100_000).max(100_000);
const stagePixels = z.int().min(1).max(20_000);
/** Kind (0 move, 1 press, 2 release, 3 cancel), the viewer's clock in ms, x, y. */
const sample = z.tuple([z.literal([0, 1, 2, 3]), z.number(), coordinate, coordinate]);
export type PointerSample = z.infer<typeof sample>;

/** Every message from the viewer. */
const fromViewer = z.discriminatedUnion('type', [
  /** One picture was drawn. */
  z.strictObject({ type: z.literal('ack') }),
  /** The size of the stage in CSS pixels. The pictures begin after the first one. */
  z.strictObject({ type: z.literal('view'), width: stagePixels, height: stagePixels }),
  z.strictObject({ type: z.literal('pointer'), samples: z.array(sample).min(1).max(500) }),
  z.strictObject({ type: z.literal('wheel'), x: coordinate, y: coordinate, dx: coordinate, dy: coordinate }),
  z.strictObject({ type: z.literal('text'), text: z.string().min(1).max(5000) }),
  z.strictObject({ type: z.literal('key'), key: z.enum(allowedKeys) }),
  z.strictObject({ type: z.literal('dialog'), accept: z.boolean(), text: z.string().max(5000) }),
  z.strictObject({ type: z.literal('page'), index: z.int() }),
  z.strictObject({ type: z.literal('done') }),
  z.strictObject({ type: z.literal('give-up') }),
  z.strictObject({ type: z.literal('ping') }),
]);
export type FromViewer = z.infer<typeof fromViewer>;

export function parseFromViewer(text: string): FromViewer | undefined {
  try {
    return fromViewer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
