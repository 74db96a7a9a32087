import type { JpegScan, Units } from './jpeg-scan.js';
import { readScan } from './read-scan.js';
import { writeScan } from './write-scan.js';

/** The part of a picture to draw, in pixels of the whole picture. */
export interface Changes {
  readonly width: number;
  readonly height: number;
  /** Where the top left corner of the sent part belongs. */
  readonly x: number;
  readonly y: number;
  /** Side of the square tiles in `tiles`. */
  readonly tileSize: number;
  /** One bit per tile of the sent part, row by row, in base64: 1 if the tile is to be drawn. */
  readonly tiles: string;
}

export interface ChangedPicture {
  readonly jpeg: Buffer;
  /** Absent when the picture is whole, like the first of its kind. */
  readonly changes?: Changes;
}

/** If more than this share of a picture is needed, cutting it out costs more than it saves. */
const mostOfPicture = 0.6;

/**
 * Reduces each picture to what the viewer does not have yet: most of a screen stands still. Moving pictures build on
 * moving ones and sharp pictures on sharp ones; the sharp ones also repair what moving ones were drawn over.
 */
export class PictureChanges {
  private moving: JpegScan | undefined;
  private sharp: JpegScan | undefined;
  /** Per unit of the moving picture: 1 if it was drawn over the last sharp one. Undefined if only the viewer knows. */
  private drawnOver: Uint8Array | undefined;
  private isStopped = false;

  /** The viewer's buffer is empty; send whole pictures. */
  reset(): void {
    this.moving = undefined;
    this.sharp = undefined;
    this.drawnOver = undefined;
  }

  /** Sends only whole pictures from now on, for a viewer that cannot show a part. */
  stop(): void {
    this.isStopped = true;
  }

  /** Undefined when there is nothing to draw. The result must reach the viewer: the next picture builds on it. */
  next(jpeg: Buffer, isSharp: boolean): ChangedPicture | undefined {
    if (this.isStopped) return { jpeg };
    return isSharp ? this.nextSharp(jpeg) : this.nextMoving(jpeg);
  }

  private nextMoving(jpeg: Buffer): ChangedPicture | undefined {
    const last = this.moving;
    const scan = readScan(jpeg);
    this.moving = scan;
    if (!scan || !last || !isAlike(last, scan)) {
      this.drawnOver = undefined;
      return { jpeg };
    }
    const changed = changedUnits(last, scan);
    for (const [unit, isChanged] of changed.entries()) if (isChanged) this.drawnOver?.fill(1, unit, unit + 1);
    return partOf(jpeg, scan, changed);
  }

  private nextSharp(jpeg: Buffer): ChangedPicture | undefined {
    const { sharp: last, moving, drawnOver } = this;
    const scan = readScan(jpeg);
    this.sharp = scan;
    this.drawnOver = moving && new Uint8Array(moving.columns * moving.rows);
    if (!scan || !last || !moving || !drawnOver || !isAlike(last, scan)) return { jpeg };
    const changed = changedUnits(last, scan);
    for (const [unit, isDrawn] of drawnOver.entries()) if (isDrawn) markUnder(moving, unit, scan, changed);
    // Units next to a change are drawn too. Otherwise its edge would keep a trace of the old colour.
    return partOf(jpeg, scan, withNeighbours(scan, changed));
  }
}

function isAlike(a: JpegScan, b: JpegScan): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.unitSize === b.unitSize &&
    a.unitLength === b.unitLength &&
    a.shared.equals(b.shared)
  );
}

/** Per unit: 1 if it has changed. */
function changedUnits(before: JpegScan, { coefficients, unitLength, columns, rows }: JpegScan): Uint8Array {
  const [was, is] = [bytesOf(before.coefficients), bytesOf(coefficients)];
  const bytes = unitLength * coefficients.BYTES_PER_ELEMENT;
  return Uint8Array.from({ length: columns * rows }, (_, unit) => {
    const [start, end] = [unit * bytes, (unit + 1) * bytes];
    return is.compare(was, start, end, start, end) === 0 ? 0 : 1;
  });
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int16Array) => Buffer.from(buffer, byteOffset, byteLength);

/** Marks the sharp units under one moving unit, plus one pixel around it, into which its edge was smoothed. */
function markUnder(moving: JpegScan, unit: number, sharp: JpegScan, marked: Uint8Array): void {
  const [column, row] = [unit % moving.columns, Math.floor(unit / moving.columns)];
  const [kx, ky] = [sharp.width / moving.width, sharp.height / moving.height];
  const unitAt = (pixel: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(pixel / sharp.unitSize)));
  const left = unitAt(column * moving.unitSize * kx - 1, sharp.columns);
  const right = unitAt((column + 1) * moving.unitSize * kx + 1, sharp.columns);
  const top = unitAt(row * moving.unitSize * ky - 1, sharp.rows);
  const bottom = unitAt((row + 1) * moving.unitSize * ky + 1, sharp.rows);
  for (let y = top; y <= bottom; y += 1) marked.fill(1, y * sharp.columns + left, y * sharp.columns + right + 1);
}

/** The part to send so that these units can be drawn. */
function partOf(jpeg: Buffer, scan: JpegScan, drawn: Uint8Array): ChangedPicture | undefined {
  const part = unitsAround(scan, drawn);
  if (!part) return undefined;
  // Decoding smooths a unit's neighbours into it.
  const wanted = withNeighbours(scan, drawn);
  const isMost = wanted.reduce((sum, is) => sum + is, 0) > mostOfPicture * wanted.length;
  const written = isMost ? undefined : writeScan(scan, part, wanted);
  const isLess = written !== undefined && written.length < jpeg.length;
  const sent = isLess ? part : { column: 0, row: 0, columns: scan.columns, rows: scan.rows };
  return {
    jpeg: isLess ? written : jpeg,
    changes: {
      width: scan.width,
      height: scan.height,
      x: sent.column * scan.unitSize,
      y: sent.row * scan.unitSize,
      tileSize: scan.unitSize,
      tiles: bitsOf(scan, sent, drawn),
    },
  };
}

/** The smallest rectangle around these units and their neighbours. */
function unitsAround({ columns, rows }: JpegScan, marked: Uint8Array): Units | undefined {
  let [left, top, right, bottom] = [columns, rows, -1, -1];
  for (const [unit, isMarked] of marked.entries()) {
    if (!isMarked) continue;
    const [column, row] = [unit % columns, Math.floor(unit / columns)];
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
  }
  if (right < 0) return undefined;
  [left, top] = [Math.max(0, left - 1), Math.max(0, top - 1)];
  [right, bottom] = [Math.min(columns - 1, right + 1), Math.min(rows - 1, bottom + 1)];
  return { column: left, row: top, columns: right - left + 1, rows: bottom - top + 1 };
}

function withNeighbours({ columns, rows }: JpegScan, marked: Uint8Array): Uint8Array {
  const grown = new Uint8Array(marked.length);
  for (const [unit, isMarked] of marked.entries()) {
    if (!isMarked) continue;
    const [column, row] = [unit % columns, Math.floor(unit / columns)];
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y += 1)
      grown.fill(1, y * columns + Math.max(0, column - 1), y * columns + Math.min(columns - 1, column + 1) + 1);
  }
  return grown;
}

function bitsOf({ columns }: JpegScan, part: Units, marked: Uint8Array): string {
  const bits = Buffer.alloc(Math.ceil((part.columns * part.rows) / 8));
  for (let i = 0; i < part.columns * part.rows; i += 1) {
    const unit = (part.row + Math.floor(i / part.columns)) * columns + part.column + (i % part.columns);
    if (marked[unit]) bits[i >> 3] = (bits[i >> 3] ?? 0) | (0x80 >> (i & 7));
  }
  return bits.toString('base64');
}
