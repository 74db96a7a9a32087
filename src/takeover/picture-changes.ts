import type sharpLibrary from 'sharp';
import type { Region } from 'sharp';
import type { PictureHead } from './protocol.js';

type ChangedPicture = PictureHead & { readonly jpeg: Buffer };
type Pixels = Awaited<ReturnType<typeof decode>>;

/** Chromium's pictures and the parts have the same quality, so compressing a part again loses next to nothing. */
export const pictureQuality = 85;
/** The squares that a JPEG consists of. A part on their grid has the same colours as the whole picture. */
const tileSize = 16;
/** If more than this share of a picture has changed, cutting it out costs more than it saves. */
const mostOfPicture = 0.6;

async function loadSharp(): Promise<typeof sharpLibrary | undefined> {
  const sharp = await import('sharp').then((loaded) => loaded.default).catch(() => undefined);
  sharp?.cache(false);
  return sharp;
}

/** Reduces each picture to the rectangle that differs from the last one: most of a screen stands still. */
export class PictureChanges {
  private lastJpeg: Buffer | undefined;
  private last: Pixels | undefined;

  constructor(private readonly library: Promise<typeof sharpLibrary | undefined> = loadSharp()) {}

  /** Undefined when nothing changed. The result must reach the viewer, because the next picture builds on it. */
  async next(jpeg: Buffer): Promise<ChangedPicture | undefined> {
    if (this.lastJpeg?.equals(jpeg)) return undefined;
    this.lastJpeg = jpeg;
    const sharp = await this.library;
    const { last } = this;
    const pixels = sharp && (await decode(sharp, jpeg).catch(() => undefined));
    this.last = pixels;
    if (!sharp || !pixels || pixels.info.width !== last?.info.width || pixels.info.size !== last.info.size)
      return { jpeg };
    const area = changedArea(last, pixels);
    if (!area) return undefined;
    const { data, info } = pixels;
    if (area.width * area.height > mostOfPicture * info.width * info.height) return { jpeg };
    const part = await sharp(data, { raw: info }).extract(area).jpeg({ quality: pictureQuality }).toBuffer();
    return { jpeg: part, at: { x: area.left, y: area.top } };
  }
}

const decode = async (sharp: typeof sharpLibrary, jpeg: Buffer) =>
  sharp(jpeg).raw().toBuffer({ resolveWithObject: true });

/** The smallest rectangle of tiles around every difference. */
function changedArea(before: Pixels, { data, info }: Pixels): Region | undefined {
  const { width, height, channels } = info;
  const isSame = (row: number, from: number, to: number) => {
    const [start, end] = [(row * width + from) * channels, (row * width + to) * channels];
    return data.compare(before.data, start, end, start, end) === 0;
  };
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let row = 0; row < height; row += 1) {
    if (isSame(row, 0, width)) continue;
    top = Math.min(top, row);
    bottom = row + 1;
    for (let x = 0; x < left; x += tileSize) if (!isSame(row, x, Math.min(left, x + tileSize))) left = x;
    for (let x = lastTile(width); x >= right; x -= tileSize)
      if (!isSame(row, x, Math.min(width, x + tileSize))) right = Math.min(width, x + tileSize);
  }
  if (bottom === 0) return undefined;
  top -= top % tileSize;
  bottom = Math.min(height, lastTile(bottom) + tileSize);
  return { left, top, width: right - left, height: bottom - top };
}

/** Where the tile with the last pixel before `end` begins. */
const lastTile = (end: number) => end - 1 - ((end - 1) % tileSize);
