export interface DecodedPicture {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  /** Frees its memory at once. */
  close(): void;
}

/** Undefined when this is no picture. If ImageDecoder rejects it, the decoder of every browser may still accept it. */
export async function decodeJpeg(jpeg: Uint8Array<ArrayBuffer>): Promise<DecodedPicture | undefined> {
  const decoded = typeof ImageDecoder === 'function' ? await withDecoder(jpeg).catch(() => undefined) : undefined;
  return decoded ?? (await withBitmap(jpeg).catch(() => undefined));
}

/** Decodes straight from memory. A Blob takes a detour through another process. */
async function withDecoder(jpeg: Uint8Array<ArrayBuffer>): Promise<DecodedPicture> {
  const decoder = new ImageDecoder({ data: jpeg, type: 'image/jpeg' });
  try {
    const { image } = await decoder.decode();
    return { source: image, width: image.displayWidth, height: image.displayHeight, close: () => image.close() };
  } finally {
    decoder.close();
  }
}

/** For older browsers and for pages over plain HTTP. */
async function withBitmap(jpeg: Uint8Array<ArrayBuffer>): Promise<DecodedPicture> {
  const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
  return { source: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() };
}
