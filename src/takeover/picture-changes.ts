import { readScan, writeScan, type JpegScan, type Units } from './jpeg-scan.js';

/** What of a moving picture has changed since the one before it. Counted in pixels of the whole picture. */
export interface Changes {
  readonly width: number;
  readonly height: number;
  /** Where in it the upper left corner of what is sent belongs. */
  readonly x: number;
  readonly y: number;
  /** Side of the square tiles that `tiles` tells of. */
  readonly tileSize: number;
  /** A bit for each tile of what is sent, row by row, in base64: whether it has changed. */
  readonly tiles: string;
}

export interface ChangedPicture {
  readonly jpeg: Buffer;
  /** Absent where the picture stands for itself: the first of its kind. */
  readonly changes?: Changes;
}

/** Above this share of the picture, to take the part out would cost more than it saves. */
const mostOfPicture = 0.6;

/** Takes from each moving picture what the viewer does not have yet. A screen mostly stands still. */
export class PictureChanges {
  private last: JpegScan | undefined;

  /** Whoever looks on has nothing any more. */
  reset(): void {
    this.last = undefined;
  }

  /** Undefined when nothing has changed. What it returns has to get there: the next one builds on it. */
  next(jpeg: Buffer): ChangedPicture | undefined {
    const { last } = this;
    const scan = readScan(jpeg);
    this.last = scan;
    if (!scan || !last || !isAlike(last, scan)) return { jpeg };
    const changed = changedUnits(last, scan);
    const part = unitsAround(scan, changed);
    if (!part) return undefined;
    const wanted = withNeighbours(scan, changed);
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
        tiles: bitsOf(scan, sent, changed),
      },
    };
  }
}

function isAlike(a: JpegScan, b: JpegScan): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.unitSize === b.unitSize &&
    a.unitLength === b.unitLength &&
    a.quantization.equals(b.quantization)
  );
}

/** By unit: 1 where it has changed. */
function changedUnits(before: JpegScan, { coefficients, unitLength, columns, rows }: JpegScan): Uint8Array {
  const [was, is] = [bytesOf(before.coefficients), bytesOf(coefficients)];
  const bytes = unitLength * coefficients.BYTES_PER_ELEMENT;
  return Uint8Array.from({ length: columns * rows }, (_, unit) => {
    const [start, end] = [unit * bytes, (unit + 1) * bytes];
    return is.compare(was, start, end, start, end) === 0 ? 0 : 1;
  });
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int16Array) => Buffer.from(buffer, byteOffset, byteLength);

/** The smallest rectangle with all that changed and a unit around it. */
function unitsAround({ columns, rows }: JpegScan, changed: Uint8Array): Units | undefined {
  let [left, top, right, bottom] = [columns, rows, -1, -1];
  for (const [unit, isChanged] of changed.entries()) {
    if (!isChanged) continue;
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

/** Decoding smooths what is beside a unit into it. */
function withNeighbours({ columns, rows }: JpegScan, changed: Uint8Array): Uint8Array {
  const wanted = new Uint8Array(changed.length);
  for (const [unit, isChanged] of changed.entries()) {
    if (!isChanged) continue;
    const [column, row] = [unit % columns, Math.floor(unit / columns)];
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y += 1)
      wanted.fill(1, y * columns + Math.max(0, column - 1), y * columns + Math.min(columns - 1, column + 1) + 1);
  }
  return wanted;
}

function bitsOf({ columns }: JpegScan, part: Units, changed: Uint8Array): string {
  const bits = Buffer.alloc(Math.ceil((part.columns * part.rows) / 8));
  for (let i = 0; i < part.columns * part.rows; i += 1) {
    const unit = (part.row + Math.floor(i / part.columns)) * columns + part.column + (i % part.columns);
    if (changed[unit]) bits[i >> 3] = (bits[i >> 3] ?? 0) | (0x80 >> (i & 7));
  }
  return bits.toString('base64');
}
