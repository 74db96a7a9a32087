import { blockLength, markers, type HuffmanTable, type JpegScan, type Units } from './jpeg-scan.js';

/**
 * Writes a JPEG of these units only. Units whose `wanted` (indexed in the whole picture) is 0 stay blank. A wanted
 * unit whose neighbours are wanted too decodes to the same pixels as in the whole picture. Undefined when the
 * picture's own codes do not suffice.
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
          if (!writeDc(bits, dc - encoder.last)) return undefined;
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
 * Differences of first coefficients have twelve sizes. A part needs other sizes than the whole picture, so it gets its
 * own table: one bit for no difference, as in all blank blocks, and five bits for each other size.
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
    scan.shared,
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

/** Indexed by symbol: the code's length in the upper half and the code in the lower; 0 for none. */
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

/** False for a difference that no file of this kind has. */
function writeDc(bits: BitWriter, difference: number): boolean {
  const size = sizeOf(difference);
  if (size === 0) bits.write(0, 1);
  else bits.write((1 << (otherDcBits - 1)) + size - 1, otherDcBits);
  bits.write(difference < 0 ? difference - 1 : difference, size);
  return size < dcSizes;
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

  /** Writes the lowest `size` bits of a value, at most 16. */
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

  /** Fills the last byte with ones. */
  end(): Buffer {
    this.write(127, 7);
    return this.bytes.subarray(0, this.length);
  }

  private push(byte: number): void {
    if (this.length + 2 > this.bytes.length) this.bytes = Buffer.concat([this.bytes, Buffer.alloc(this.bytes.length)]);
    this.bytes[this.length] = byte;
    this.length += 1;
    // A zero after 0xff, so that it is not read as a marker.
    if (byte === 0xff) this.length += 1;
  }
}
