/** A frame of the long connection (proto2 message `pbbp2.Frame`), encoded and decoded without a protobuf library. */
export interface Frame {
  readonly seqId: bigint;
  readonly logId: bigint;
  readonly service: number;
  /** 0: control (ping, pong). 1: data (events and their acknowledgements). */
  readonly method: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly payload?: Buffer;
  /** Fields 6, 7 and 9. An acknowledgement repeats them. */
  readonly payloadEncoding?: string;
  readonly payloadType?: string;
  readonly logIdNew?: string;
}

/** Writes required fields even if they are 0, as Feishu does. */
export function encodeFrame(frame: Frame): Buffer {
  const parts = [
    varintField(1, frame.seqId),
    varintField(2, frame.logId),
    varintField(3, BigInt(frame.service)),
    varintField(4, BigInt(frame.method)),
    ...frame.headers.map(([key, value]) => bytesField(5, Buffer.concat([textField(1, key), textField(2, value)]))),
  ];
  if (frame.payloadEncoding !== undefined) parts.push(textField(6, frame.payloadEncoding));
  if (frame.payloadType !== undefined) parts.push(textField(7, frame.payloadType));
  if (frame.payload !== undefined) parts.push(bytesField(8, frame.payload));
  if (frame.logIdNew !== undefined) parts.push(textField(9, frame.logIdNew));
  return Buffer.concat(parts);
}

/** Throws a RangeError if the bytes are not a frame. */
export function decodeFrame(bytes: Buffer): Frame {
  const numbers = new Map<number, bigint>();
  const texts = new Map<number, Buffer>();
  const headers: [string, string][] = [];
  for (const [field, value] of fieldsOf(bytes)) {
    if (typeof value === 'bigint') numbers.set(field, value);
    else if (field === 5) headers.push(decodeHeader(value));
    else texts.set(field, value);
  }
  const number = (field: number) => {
    const value = numbers.get(field);
    if (value === undefined) throw new RangeError(`frame without required field ${field}`);
    return value;
  };
  return {
    seqId: number(1),
    logId: number(2),
    service: Number(BigInt.asIntN(32, number(3))),
    method: Number(BigInt.asIntN(32, number(4))),
    headers,
    payloadEncoding: texts.get(6)?.toString(),
    payloadType: texts.get(7)?.toString(),
    payload: texts.get(8),
    logIdNew: texts.get(9)?.toString(),
  };
}

export function frameHeader(frame: Frame, name: string): string | undefined {
  return frame.headers.find(([key]) => key === name)?.[1];
}

function decodeHeader(bytes: Buffer): [string, string] {
  const texts = new Map<number, string>();
  for (const [field, value] of fieldsOf(bytes)) if (typeof value !== 'bigint') texts.set(field, value.toString());
  return [texts.get(1) ?? '', texts.get(2) ?? ''];
}

function* fieldsOf(bytes: Buffer): Generator<[number, bigint | Buffer]> {
  let at = 0;
  const readVarint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('frame ends inside a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('number too long');
  };
  while (at < bytes.length) {
    const tag = Number(readVarint());
    if (tag % 8 === 0) {
      yield [tag >> 3, readVarint()];
    } else if (tag % 8 === 2) {
      const length = Number(readVarint());
      if (at + length > bytes.length) throw new RangeError('frame ends inside a field');
      yield [tag >> 3, bytes.subarray(at, at + length)];
      at += length;
    } else {
      throw new RangeError(`wire type ${tag % 8} is not used by frames`);
    }
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const varintField = (field: number, value: bigint) => Buffer.concat([varint(BigInt(field * 8)), varint(value)]);
const bytesField = (field: number, value: Buffer) =>
  Buffer.concat([varint(BigInt(field * 8 + 2)), varint(BigInt(value.length)), value]);
const textField = (field: number, value: string) => bytesField(field, Buffer.from(value));
