import { expect, test } from '@playwright/test';
import sharp from 'sharp';
import { PictureChanges, pictureQuality } from '../../../src/takeover/picture-changes.js';

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly color?: string;
}

const [width, height] = [410, 236];
const letters = Buffer.from(
  `<svg width="${width}" height="${height}">${Array.from({ length: 14 }, (_, i) => `<text y="${16 * i + 12}" font-size="11">A page has text beside what moves, and it stays where it is.</text>`).join('')}</svg>`,
);

/** The picture of a page of text with boxes over it. */
async function pageWith(...boxes: Box[]): Promise<Buffer> {
  const overlays = boxes.map(({ left, top, color = '#d22', ...size }) => ({
    input: { create: { ...size, channels: 3 as const, background: color } },
    left,
    top,
  }));
  return sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .composite([{ input: letters }, ...overlays])
    .jpeg({ quality: pictureQuality })
    .toBuffer();
}

const pixelsOf = (jpeg: Buffer) => sharp(jpeg).raw().toBuffer();
const plain = await pageWith();
const boxed = await pageWith({ left: 163, top: 40, width: 70, height: 22 });

test('the first picture is whole, and an unchanged one is not sent', async () => {
  const pictures = new PictureChanges();
  expect(await pictures.next(plain)).toEqual({ jpeg: plain });
  expect(await pictures.next(plain)).toBeUndefined();
  const alike = Buffer.concat([plain.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, 3, 65]), plain.subarray(2)]);
  expect(await pictures.next(alike)).toBeUndefined();
});

test('only the rectangle that changed is sent', async () => {
  const pictures = new PictureChanges();
  await pictures.next(plain);
  const { jpeg, at } = (await pictures.next(boxed))!;
  // The tiles of the box, and those beside it, into which its colour was smoothed.
  expect(at).toEqual({ x: 144, y: 16 });
  expect(await sharp(jpeg).metadata()).toMatchObject({ width: 112, height: 64 });
  expect(jpeg.length).toBeLessThan(plain.length / 4);
});

for (const [what, box] of [
  ['one in the middle', { left: 163, top: 40, width: 70, height: 22 }],
  ['one pixel in the first corner', { left: 0, top: 0, width: 1, height: 1 }],
  ['one pixel in the last corner', { left: width - 1, top: height - 1, width: 1, height: 1 }],
  ['a caret', { left: 200, top: 100, width: 1, height: 14, color: '#000' }],
  ['a row that takes the whole width', { left: 0, top: 100, width, height: 20, color: '#fff' }],
] as const) {
  test(`with the changed part, the viewer's picture is that of the page: ${what}`, async () => {
    const pictures = new PictureChanges();
    await pictures.next(plain);
    const after = await pageWith(box);
    const { jpeg, at } = (await pictures.next(after))!;
    const shown = await sharp(await pixelsOf(plain), { raw: { width, height, channels: 3 } })
      .composite([{ input: await sharp(jpeg).png().toBuffer(), left: at!.x, top: at!.y }])
      .removeAlpha()
      .raw()
      .toBuffer();
    const wanted = await pixelsOf(after);
    // Compressed twice, a value may be off by a little. Nobody sees that.
    const differences = Array.from(shown, (value, i) => Math.abs(value - wanted[i]!)).sort((a, b) => b - a);
    expect(differences[0]).toBeLessThan(24);
    expect(differences.reduce((sum, each) => sum + each, 0) / differences.length).toBeLessThan(0.2);
    expect(await pictures.next(plain)).toMatchObject({ at });
  });
}

test('a caret costs a few hundred bytes', async () => {
  const pictures = new PictureChanges();
  await pictures.next(plain);
  const withCaret = await pageWith({ left: 200, top: 100, width: 1, height: 14, color: '#000' });
  expect((await pictures.next(withCaret))!.jpeg.length).toBeLessThan(900);
});

test('a picture that changed mostly, or has another size, is sent as it came', async () => {
  const pictures = new PictureChanges();
  await pictures.next(plain);
  const dark = await pageWith({ left: 0, top: 0, width, height: 200, color: '#111' });
  expect(await pictures.next(dark)).toEqual({ jpeg: dark });
  const smaller = await sharp(dark).resize(200).jpeg().toBuffer();
  expect(await pictures.next(smaller)).toEqual({ jpeg: smaller });
});

test('a damaged picture is sent as it came, and so is the next', async () => {
  const pictures = new PictureChanges();
  await pictures.next(plain);
  for (const damaged of [Buffer.from('GIF89a, and more'), Buffer.alloc(0)])
    expect(await pictures.next(damaged)).toEqual({ jpeg: damaged });
  expect(await pictures.next(boxed)).toEqual({ jpeg: boxed });
  expect(await pictures.next(plain)).toMatchObject({ at: { x: 144, y: 16 } });
});

test('without sharp every changed picture is whole', async () => {
  const pictures = new PictureChanges(Promise.resolve(undefined));
  for (const jpeg of [plain, boxed, plain]) expect(await pictures.next(jpeg)).toEqual({ jpeg });
  expect(await pictures.next(plain)).toBeUndefined();
});
