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
  /** The segments that hold for every part, as they are in the file: what its colours mean, and the quantization tables. */
  readonly shared: Buffer;
  readonly acTables: readonly HuffmanTable[];
}

export interface Component {
  readonly id: number;
  /** As in the file: horizontally in the upper four bits, vertically in the lower. */
  readonly sampling: number;
  readonly quantizationTable: number;
  readonly blocks: number;
  readonly dcTable: number;
  readonly acTable: number;
}

export interface HuffmanTable {
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

export const blockLength = 64;
/** The second byte of each. */
export const markers = {
  start: 0xd8,
  end: 0xd9,
  frame: 0xc0,
  huffman: 0xc4,
  quantization: 0xdb,
  scan: 0xda,
  comment: 0xfe,
} as const;
