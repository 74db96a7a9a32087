export interface DecodedPicture {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  /** Gives its memory back at once. */
  close(): void;
}

/** Undefined for what is no picture. A browser whose decoder does not take it may still show it as every browser does. */
export async function decodeJpeg(jpeg: Uint8Array<ArrayBuffer>): Promise<DecodedPicture | undefined> {
  const decoded = typeof ImageDecoder === 'function' ? await withDecoder(jpeg).catch(() => undefined) : undefined;
  return decoded ?? (await withBitmap(jpeg).catch(() => undefined));
}

/** Straight from memory, where the way over a Blob goes through another process and back. */
async function withDecoder(jpeg: Uint8Array<ArrayBuffer>): Promise<DecodedPicture> {
  const decoder = new ImageDecoder({ data: jpeg, type: 'image/jpeg' });
  try {
    const { image } = await decoder.decode();
    return { source: image, width: image.displayWidth, height: image.displayHeight, close: () => image.close() };
  } finally {
    decoder.close();
  }
}

/** Older browsers, and pages over plain HTTP. */
async function withBitmap(jpeg: Uint8Array<ArrayBuffer>): Promise<DecodedPicture> {
  const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
  return { source: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() };
}
