import { PictureChanges } from '../../src/takeover/picture-changes.js';
import { expect, test } from '../support/browsers.js';

type Box = readonly [x: number, y: number, width: number, height: number];

/** The appearance of a page: text with single-colour boxes over it. */
interface Look {
  readonly width: number;
  readonly height: number;
  readonly quality: number;
  readonly boxes: readonly { readonly at: Box; readonly color: string }[];
}

/** Runs in the page. Draws it and returns Chromium's JPEG of it as a data URL. */
function draw({ width, height, quality, boxes }: Look): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#245';
  context.font = '11px sans-serif';
  for (let y = 12; y < height; y += 15) context.fillText('A page has text beside what moves. '.repeat(9), 3, y);
  for (const { at, color } of boxes) {
    context.fillStyle = color;
    context.fillRect(...at);
  }
  return canvas.toDataURL('image/jpeg', quality);
}

interface Drawn {
  /** Data URLs. */
  readonly part: string;
  readonly whole: string;
  readonly before: string;
  readonly x: number;
  readonly y: number;
  readonly tileSize: number;
  readonly tiles: string;
}

/**
 * Runs in the page. Draws the sent tiles over the previous picture. Returns the number of tiles, and how many values
 * then differ from the whole picture, inside the tiles and elsewhere.
 */
async function compare({ part, whole, before, x, y, tileSize, tiles }: Drawn) {
  const pixelsOf = async (url: string) => {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    return { context, width: bitmap.width, height: bitmap.height };
  };
  const [sent, full, shown] = [await pixelsOf(part), await pixelsOf(whole), await pixelsOf(before)];
  const bits = atob(tiles);
  const columns = Math.ceil(sent.width / tileSize);
  const unlike = (a: Uint8ClampedArray, b: Uint8ClampedArray) => a.filter((value, i) => value !== b[i]).length;
  let [drawn, wrong] = [0, 0];
  for (let top = 0; top < sent.height; top += tileSize) {
    for (let left = 0; left < sent.width; left += tileSize) {
      const at = (top / tileSize) * columns + left / tileSize;
      if ((bits.charCodeAt(at >> 3) & (0x80 >> (at & 7))) === 0) continue;
      drawn += 1;
      const [width, height] = [Math.min(tileSize, sent.width - left), Math.min(tileSize, sent.height - top)];
      const is = sent.context.getImageData(left, top, width, height).data;
      const was = full.context.getImageData(x + left, y + top, width, height).data;
      wrong += unlike(is, was);
      shown.context.drawImage(sent.context.canvas, left, top, width, height, x + left, y + top, width, height);
    }
  }
  const [is, was] = [shown, full].map(({ context, width, height }) => context.getImageData(0, 0, width, height).data);
  return { drawn, wrong, elsewhere: unlike(is!, was!) - wrong };
}

const boxes = (...all: readonly (readonly [Box, string])[]) => all.map(([at, color]) => ({ at, color }));
const quiet = { width: 400, height: 236, quality: 0.3, boxes: boxes([[160, 40, 75, 28], '#d22']) };

const urlStart = 'data:image/jpeg;base64,';
const bytesOf = (url: string) => Buffer.from(url.slice(urlStart.length), 'base64');

const cases = [
  ['a box of another colour', quiet, { ...quiet, boxes: boxes([[160, 40, 75, 28], '#2d2']) }, 'small'],
  ['a box that moved', quiet, { ...quiet, boxes: boxes([[190, 40, 75, 28], '#d22']) }, 'small'],
  [
    'one pixel in the corner',
    quiet,
    { ...quiet, boxes: [...quiet.boxes, ...boxes([[399, 235, 1, 1], '#06f'])] },
    'small',
  ],
  [
    'two corners, with all between them as it was',
    quiet,
    { ...quiet, boxes: [...quiet.boxes, ...boxes([[0, 0, 9, 9], '#06f'], [[390, 230, 9, 5], '#0a6'])] },
    'small',
  ],
  ['text that went away', quiet, { ...quiet, boxes: boxes([[0, 0, 400, 60], '#fff']) }, 'small'],
  ['a dark page', quiet, { ...quiet, boxes: boxes([[0, 0, 400, 236], '#111']) }, 'large'],
  [
    'a size that no unit fits, in fine quality',
    { ...quiet, width: 637, height: 355, quality: 0.92 },
    {
      ...quiet,
      width: 637,
      height: 355,
      quality: 0.92,
      boxes: [...quiet.boxes, ...boxes([[600, 300, 37, 55], '#820'])],
    },
    'small',
  ],
  [
    'colours at full resolution',
    { ...quiet, quality: 1 },
    { ...quiet, quality: 1, boxes: boxes([[160, 40, 75, 28], '#2d2']) },
    'small',
  ],
] as const;

test('a partial picture has the same pixels as the whole', async ({ page }) => {
  await page.goto('about:blank');
  for (const [what, before, after, size] of cases) {
    const whole = await page.evaluate(draw, after);
    const shown = await page.evaluate(draw, before);
    const [first, second] = [bytesOf(shown), bytesOf(whole)];
    const pictures = new PictureChanges();
    for (const isSharp of [false, true]) expect(pictures.next(first, isSharp), what).toEqual({ jpeg: first });
    for (const isSharp of [true, false]) {
      const next = pictures.next(second, isSharp)!;
      expect(next.changes, what).toMatchObject({ width: after.width, height: after.height });
      const part = urlStart + next.jpeg.toString('base64');
      const { drawn, wrong, elsewhere } = await page.evaluate(compare, {
        part,
        whole,
        before: shown,
        ...next.changes!,
      });
      expect(drawn, what).toBeGreaterThan(0);
      expect(wrong, what).toBe(0);
      // A sharp part updates every difference. A moving part may leave some until the next sharp one.
      if (isSharp) expect(elsewhere, what).toBe(0);
      expect(next.jpeg.length, what).toBeLessThanOrEqual(size === 'small' ? second.length * 0.6 : second.length);
      expect(pictures.next(second, isSharp), what).toBeUndefined();
    }
  }
});
