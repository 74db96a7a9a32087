/**
 * The quantized blocks of a JPEG, as stored in the file. They are read and written without loss and without computing
 * a pixel, so sending a part of a picture costs almost nothing.
 */
export interface JpegScan {
  readonly width: number;
  readonly height: number;
  /** Side of a unit, in pixels. A unit holds all blocks of one square of the picture. */
  readonly unitSize: number;
  readonly columns: number;
  readonly rows: number;
  /** How many of the `coefficients` belong to a unit. */
  readonly unitLength: number;
  /** Unit by unit, row by row; 64 per block in file order. The first one of a block is absolute, not a difference. */
  readonly coefficients: Int16Array;
  readonly components: readonly Component[];
  /** The file segments that every part needs: the meaning of the colours and the quantization tables. */
  readonly shared: Buffer;
  readonly acTables: readonly HuffmanTable[];
}

export interface Component {
  readonly id: number;
  /** As in the file: horizontal in the upper four bits, vertical in the lower four. */
  readonly sampling: number;
  readonly quantizationTable: number;
  readonly blocks: number;
  readonly dcTable: number;
  readonly acTable: number;
}

export interface HuffmanTable {
  readonly id: number;
  /** How many codes of each length there are, 1 to 16. */
  readonly counts: Buffer;
  readonly symbols: Buffer;
}

export interface Units {
  /** In units, from the picture's top left corner. */
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

export const blockLength = 64;
/** The second byte of each marker. */
export const markers = {
  start: 0xd8,
  end: 0xd9,
  frame: 0xc0,
  huffman: 0xc4,
  quantization: 0xdb,
  scan: 0xda,
  comment: 0xfe,
} as const;
