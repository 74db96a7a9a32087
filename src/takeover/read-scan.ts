import { blockLength, markers, type Component, type HuffmanTable, type JpegScan } from './jpeg-scan.js';

/**
 * Reads the part of JPEG (ITU T.81) that Chromium's encoder writes: baseline, one scan, square units, no restart
 * markers. Undefined for any other file, which is no error: the picture just cannot be sent in parts.
 */
export function readScan(jpeg: Buffer): JpegScan | undefined {
  try {
    return readSegments(jpeg);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const isApplicationData = (marker: number) => marker >= 0xe0 && marker <= 0xef;

function readSegments(jpeg: Buffer): JpegScan | undefined {
  if (jpeg.readUInt16BE(0) !== 0xff00 + markers.start) return undefined;
  const shared: Buffer[] = [];
  const dcTables: HuffmanTable[] = [];
  const acTables: HuffmanTable[] = [];
  let frame: Buffer | undefined;
  let at = 2;
  for (;;) {
    if (jpeg.readUInt8(at) !== 0xff) return undefined;
    const marker = jpeg.readUInt8(at + 1);
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    const body = jpeg.subarray(at + 4, end);
    if (marker === markers.quantization || isApplicationData(marker)) shared.push(jpeg.subarray(at, end));
    else if (marker === markers.huffman) readTables(body, dcTables, acTables);
    else if (marker === markers.frame) frame = body;
    else if (marker === markers.scan) {
      const layout = frame && readLayout(frame, body);
      // A block takes at least two bits, so reject a file that declares more blocks than it can hold.
      if (!layout || (layout.columns * layout.rows * layout.unitLength) / blockLength > jpeg.length * 4)
        return undefined;
      const coefficients = readBlocks(jpeg, end, layout, dcTables, acTables);
      return coefficients && { ...layout, coefficients, shared: Buffer.concat(shared), acTables };
    } else if (marker !== markers.comment) return undefined;
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

type Layout = Omit<JpegScan, 'coefficients' | 'shared' | 'acTables'>;

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

/**
 * Indexed by the next nine bits: the code's length in the upper byte and its symbol in the lower; 0 for a longer code.
 */
interface Decoder {
  readonly quick: Uint16Array;
  /** Indexed by length: the largest code, or -1, and what to add to a code to get the index of its symbol. */
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

  /** A number of `size` bits, with negative numbers as in T.81 F.2.2.1. */
  value(size: number): number {
    if (size === 0) return 0;
    this.fill();
    this.count -= size;
    const bits = (this.held >>> this.count) & ((1 << size) - 1);
    return bits >> (size - 1) ? bits : bits - (1 << size) + 1;
  }

  /** Makes at least 25 bits available; zeros after the end. */
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
