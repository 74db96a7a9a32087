/**
 * The blocks of a JPEG as its file has them, quantized: read and written without loss and without computing a single pixel, so
 * that a part of a picture costs its sender next to nothing.
 */
export interface JpegScan {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Side of a unit, in pixels: what the file is made of, all blocks of one square of the picture together. */
  readonly unitSize: number;
  readonly columns: number;
  readonly rows: number;
  /** How many numbers a unit has in `coefficients`. */
  readonly unitLength: number;
  /** Unit by unit, row by row; 64 to a block in the order of the file, the first one in full and not as a difference. */
  readonly coefficients: Int16Array;
  readonly components: readonly Component[];
  /** The segments of the quantization tables, as they are in the file. */
  readonly quantization: Buffer;
  readonly acTables: readonly HuffmanTable[];
}

interface Component {
  readonly id: number;
  /** As in the file: horizontally in the upper four bits, vertically in the lower. */
  readonly sampling: number;
  readonly quantizationTable: number;
  readonly blocks: number;
  readonly dcTable: number;
  readonly acTable: number;
}

interface HuffmanTable {
  readonly id: number;
  /** How many codes there are of each length, 1 to 16. */
  readonly counts: Buffer;
  readonly symbols: Buffer;
}

export interface Units {
  /** Counted in units from the picture's upper left corner. */
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

const blockLength = 64;
const markers = { start: 0xd8, end: 0xd9, frame: 0xc0, huffman: 0xc4, quantization: 0xdb, scan: 0xda } as const;
const skipped = (marker: number) => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;

/**
 * ITU T.81, of it what Chromium's encoder writes: baseline, one scan, square units, no restart markers. Undefined for any other
 * file, which is no error: it can only not be taken apart.
 */
export function readScan(jpeg: Buffer): JpegScan | undefined {
  try {
    return readSegments(jpeg);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readSegments(jpeg: Buffer): JpegScan | undefined {
  if (jpeg.readUInt16BE(0) !== 0xff00 + markers.start) return undefined;
  const quantization: Buffer[] = [];
  const dcTables: HuffmanTable[] = [];
  const acTables: HuffmanTable[] = [];
  let frame: Buffer | undefined;
  let at = 2;
  for (;;) {
    if (jpeg.readUInt8(at) !== 0xff) return undefined;
    const marker = jpeg.readUInt8(at + 1);
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    const body = jpeg.subarray(at + 4, end);
    if (marker === markers.quantization) quantization.push(jpeg.subarray(at, end));
    else if (marker === markers.huffman) readTables(body, dcTables, acTables);
    else if (marker === markers.frame) frame = body;
    else if (marker === markers.scan) {
      const layout = frame && readLayout(frame, body);
      // A block takes two bits at least, so a file that promises more than it has is not even begun.
      if (!layout || (layout.columns * layout.rows * layout.unitLength) / blockLength > jpeg.length * 4)
        return undefined;
      const coefficients = readBlocks(jpeg, end, layout, dcTables, acTables);
      return coefficients && { ...layout, coefficients, quantization: Buffer.concat(quantization), acTables };
    } else if (!skipped(marker)) return undefined;
    at = end;
  }
}

function readTables(body: Buffer, dcTables: HuffmanTable[], acTables: HuffmanTable[]): void {
  for (let at = 0; at < body.length;) {
    const head = body.readUInt8(at);
    const counts = body.subarray(at + 1, at + 17);
    const length = counts.reduce((sum, count) => sum + count, 0);
    const table = { id: head & 15, counts, symbols: body.subarray(at + 17, at + 17 + length) };
    (head >> 4 === 0 ? dcTables : acTables).push(table);
    at += 17 + length;
  }
}

type Layout = Omit<JpegScan, 'coefficients' | 'quantization' | 'acTables'>;

function readLayout(frame: Buffer, scan: Buffer): Layout | undefined {
  const count = frame.readUInt8(5);
  if (frame.readUInt8(0) !== 8 || scan.readUInt8(0) !== count) return undefined;
  const components: Component[] = [];
  let most = 0;
  for (let i = 0; i < count; i += 1) {
    const [inFrame, inScan] = [6 + 3 * i, 1 + 2 * i];
    const id = frame.readUInt8(inFrame);
    if (scan.readUInt8(inScan) !== id) return undefined;
    const sampling = frame.readUInt8(inFrame + 1);
    const tables = scan.readUInt8(inScan + 1);
    const [h, v] = [sampling >> 4, sampling & 15];
    if (h !== v) return undefined;
    most = Math.max(most, h);
    components.push({
      id,
      sampling,
      quantizationTable: frame.readUInt8(inFrame + 2),
      blocks: h * v,
      dcTable: tables >> 4,
      acTable: tables & 15,
    });
  }
  // A scan of one component has no units of several blocks, whatever its sampling says.
  if (count < 2 || most === 0) return undefined;
  const [height, width] = [frame.readUInt16BE(1), frame.readUInt16BE(3)];
  const unitSize = 8 * most;
  const unitLength = blockLength * components.reduce((sum, { blocks }) => sum + blocks, 0);
  return {
    width,
    height,
    unitSize,
    columns: Math.ceil(width / unitSize),
    rows: Math.ceil(height / unitSize),
    unitLength,
    components,
  };
}

const lookBits = 9;

/** By the next nine bits: the code's length in the upper byte and its symbol in the lower; 0 for a longer code. */
interface Decoder {
  readonly quick: Uint16Array;
  /** By length: the largest code, or -1, and what to add to a code for its place among the symbols. */
  readonly largest: Int32Array;
  readonly offset: Int32Array;
  readonly symbols: Buffer;
}

function decoderOf({ counts, symbols }: HuffmanTable): Decoder {
  const quick = new Uint16Array(1 << lookBits);
  const largest = new Int32Array(17).fill(-1);
  const offset = new Int32Array(17);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= 16; length += 1) {
    const count = counts.readUInt8(length - 1);
    offset[length] = place - code;
    if (count > 0) largest[length] = code + count - 1;
    if (length <= lookBits) {
      for (let i = 0; i < count; i += 1) {
        const first = (code + i) << (lookBits - length);
        quick.fill((length << 8) | symbols.readUInt8(place + i), first, first + (1 << (lookBits - length)));
      }
    }
    place += count;
    code = (code + count) << 1;
  }
  return { quick, largest, offset, symbols };
}

function readBlocks(
  jpeg: Buffer,
  start: number,
  { components, columns, rows, unitLength }: Layout,
  dcTables: readonly HuffmanTable[],
  acTables: readonly HuffmanTable[],
): Int16Array | undefined {
  const decoders = components.map(({ blocks, dcTable, acTable }) => {
    const [dc, ac] = [dcTables.find(({ id }) => id === dcTable), acTables.find(({ id }) => id === acTable)];
    return dc && ac && { blocks, dc: decoderOf(dc), ac: decoderOf(ac), last: 0 };
  });
  if (!decoders.every((each) => each !== undefined)) return undefined;
  const coefficients = new Int16Array(columns * rows * unitLength);
  const bits = new BitReader(jpeg, start);
  let at = 0;
  for (let unit = columns * rows; unit > 0; unit -= 1) {
    for (const decoder of decoders) {
      for (let block = decoder.blocks; block > 0; block -= 1) {
        decoder.last += bits.value(bits.symbol(decoder.dc));
        coefficients[at] = decoder.last;
        for (let k = 1; k < blockLength; k += 1) {
          const symbol = bits.symbol(decoder.ac);
          const size = symbol & 15;
          if (size > 0) {
            k += symbol >> 4;
            if (k >= blockLength) return undefined;
            coefficients[at + k] = bits.value(size);
          } else if (symbol === 0xf0) k += 15;
          else break;
        }
        at += blockLength;
      }
    }
  }
  return bits.isBeyond ? undefined : coefficients;
}

class BitReader {
  private held = 0;
  private count = 0;
  private missing = 0;

  constructor(
    private readonly data: Buffer,
    private at: number,
  ) {}

  /** More was read than the file has. */
  get isBeyond(): boolean {
    return this.missing * 8 > this.count;
  }

  symbol({ quick, largest, offset, symbols }: Decoder): number {
    this.fill();
    const hit = quick[(this.held >>> (this.count - lookBits)) & ((1 << lookBits) - 1)] ?? 0;
    if (hit > 0) {
      this.count -= hit >> 8;
      return hit & 255;
    }
    for (let length = lookBits + 1; length <= 16; length += 1) {
      const code = (this.held >>> (this.count - length)) & ((1 << length) - 1);
      if (code > (largest[length] ?? -1)) continue;
      this.count -= length;
      return symbols.readUInt8(code + (offset[length] ?? 0));
    }
    throw new RangeError('not a code of this table');
  }

  /** A number of so many bits, negative ones as T.81 F.2.2.1 has them. */
  value(size: number): number {
    if (size === 0) return 0;
    this.fill();
    this.count -= size;
    const bits = (this.held >>> this.count) & ((1 << size) - 1);
    return bits >> (size - 1) ? bits : bits - (1 << size) + 1;
  }

  /** At least 25 bits; zeros after the end. */
  private fill(): void {
    const { data } = this;
    while (this.count <= 24) {
      let byte = data[this.at] ?? -1;
      if (byte === 0xff && data[this.at + 1] !== 0) byte = -1;
      else this.at += byte === 0xff ? 2 : 1;
      if (byte < 0) this.missing += 1;
      this.held = (this.held << 8) | Math.max(0, byte);
      this.count += 8;
    }
  }
}

/**
 * A JPEG of these units alone; those whose `wanted` (by their place in the whole picture) is 0 are left blank. Decoded, a wanted
 * unit whose neighbours are wanted too has the very pixels that it has in the whole. Undefined where the picture's own codes do
 * not suffice.
 */
export function writeScan(scan: JpegScan, part: Units, wanted: Uint8Array): Buffer | undefined {
  const { components, acTables, unitLength, unitSize } = scan;
  const encoders = components.map(({ acTable, blocks }) => {
    const table = acTables.find(({ id }) => id === acTable);
    return table && { blocks, codes: codesOf(table), last: 0 };
  });
  if (!encoders.every((each) => each !== undefined)) return undefined;
  const bits = new BitWriter();
  for (let row = part.row; row < part.row + part.rows; row += 1) {
    for (let column = part.column; column < part.column + part.columns; column += 1) {
      const unit = row * scan.columns + column;
      const isBlank = !wanted[unit];
      let at = unit * unitLength;
      for (const encoder of encoders) {
        for (let block = encoder.blocks; block > 0; block -= 1) {
          const dc = isBlank ? encoder.last : (scan.coefficients[at] ?? 0);
          writeDc(bits, dc - encoder.last);
          encoder.last = dc;
          if (!writeAc(bits, encoder.codes, isBlank ? undefined : scan.coefficients, at)) return undefined;
          at += blockLength;
        }
      }
    }
  }
  const width = Math.min(scan.width, (part.column + part.columns) * unitSize) - part.column * unitSize;
  const height = Math.min(scan.height, (part.row + part.rows) * unitSize) - part.row * unitSize;
  return Buffer.concat([headOf(scan, width, height), bits.end(), Buffer.from([0xff, markers.end])]);
}

/**
 * Differences of first coefficients have twelve sizes. A part needs others than the whole does, so it gets a table of its own:
 * one bit for no difference, as all blank blocks have it, and five for each of the others.
 */
const dcSizes = 12;
const otherDcBits = 5;

function headOf(scan: JpegScan, width: number, height: number): Buffer {
  const used = new Set(scan.components.map(({ acTable }) => acTable));
  const tables = [
    Buffer.from([0, 1, ...range(15).map((i) => (i === otherDcBits - 2 ? dcSizes - 1 : 0)), ...range(dcSizes)]),
    ...scan.acTables
      .filter(({ id }) => used.has(id))
      .map(({ id, counts, symbols }) => Buffer.concat([Buffer.from([0x10 | id]), counts, symbols])),
  ];
  const { components } = scan;
  const frame = [8, height >> 8, height & 255, width >> 8, width & 255, components.length];
  for (const { id, sampling, quantizationTable } of components) frame.push(id, sampling, quantizationTable);
  const order = [components.length, ...components.flatMap(({ id, acTable }) => [id, acTable]), 0, 63, 0];
  return Buffer.concat([
    Buffer.from([0xff, markers.start]),
    scan.quantization,
    segment(markers.frame, Buffer.from(frame)),
    segment(markers.huffman, Buffer.concat(tables)),
    segment(markers.scan, Buffer.from(order)),
  ]);
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** By symbol: the code's length in the upper half and the code in the lower; 0 for none. */
function codesOf({ counts, symbols }: HuffmanTable): Uint32Array {
  const codes = new Uint32Array(256);
  let code = 0;
  let place = 0;
  for (const [i, count] of counts.entries()) {
    for (let left = count; left > 0; left -= 1) {
      codes[symbols.readUInt8(place)] = ((i + 1) << 16) | code;
      place += 1;
      code += 1;
    }
    code <<= 1;
  }
  return codes;
}

function writeDc(bits: BitWriter, difference: number): void {
  const size = sizeOf(difference);
  if (size === 0) return bits.write(0, 1);
  bits.write((1 << (otherDcBits - 1)) + size - 1, otherDcBits);
  bits.write(difference < 0 ? difference - 1 : difference, size);
}

function writeAc(bits: BitWriter, codes: Uint32Array, coefficients: Int16Array | undefined, at: number): boolean {
  let zeros = 0;
  for (let k = 1; coefficients && k < blockLength; k += 1) {
    const value = coefficients[at + k] ?? 0;
    if (value === 0) {
      zeros += 1;
      continue;
    }
    for (; zeros > 15; zeros -= 16) if (!bits.writeCode(codes[0xf0])) return false;
    const size = sizeOf(value);
    if (!bits.writeCode(codes[(zeros << 4) | size])) return false;
    bits.write(value < 0 ? value - 1 : value, size);
    zeros = 0;
  }
  return (coefficients !== undefined && zeros === 0) || bits.writeCode(codes[0]);
}

const sizeOf = (value: number) => 32 - Math.clz32(Math.abs(value));

class BitWriter {
  private bytes = Buffer.alloc(4096);
  private length = 0;
  private held = 0;
  private count = 0;

  /** The lowest bits of a value, at most 16. */
  write(value: number, size: number): void {
    this.held = (this.held << size) | (value & ((1 << size) - 1));
    this.count += size;
    while (this.count >= 8) {
      this.count -= 8;
      this.push((this.held >>> this.count) & 255);
    }
  }

  writeCode(code: number | undefined): boolean {
    if (!code) return false;
    this.write(code & 0xffff, code >>> 16);
    return true;
  }

  /** Filled with ones to a whole byte. */
  end(): Buffer {
    this.write(127, 7);
    return this.bytes.subarray(0, this.length);
  }

  private push(byte: number): void {
    if (this.length + 2 > this.bytes.length) this.bytes = Buffer.concat([this.bytes, Buffer.alloc(this.bytes.length)]);
    this.bytes[this.length] = byte;
    this.length += 1;
    // A byte that looks like a marker is followed by a zero.
    if (byte === 0xff) this.length += 1;
  }
}
