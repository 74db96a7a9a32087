import type { Box, PictureHead } from '../protocol.js';

const tile = 16;
const mostZoom = 4;
const paddingPx = 14;

/**
 * The page's picture on the canvas. A moving picture is small; of it only what changed is drawn over the sharp one, so that
 * text stays readable while something moves beside it.
 */
export class PageView {
  /** The page's viewport in its own CSS pixels; 0 before the first picture. */
  pageWidth = 0;
  pageHeight = 0;
  private offsetTop = 0;
  private scale = 1;
  private left = 0;
  private top = 0;
  private follows: 'focus' | 'fill' | 'whole' | 'hand' = 'focus';
  private focusBox: Box | undefined;
  private readonly base = document.createElement('canvas');
  private readonly moving = document.createElement('canvas');
  private lastPixels: Uint32Array | undefined;
  private drawRequest = 0;
  private decoding: Promise<void> = Promise.resolve();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    /** Told how many device pixels the page's whole width takes. */
    private readonly onZoom: (pagePixels: number) => void,
  ) {
    new ResizeObserver(() => this.resized()).observe(canvas);
  }

  /** Resolves when it is drawn, which is when the next one may come. Kept in order. */
  show(head: PictureHead, jpeg: Blob): Promise<void> {
    this.decoding = this.decoding.then(async () => {
      const bitmap = await createImageBitmap(jpeg).catch(() => undefined);
      if (!bitmap) return;
      const isNewSize = head.width !== this.pageWidth || head.height !== this.pageHeight;
      if (isNewSize) {
        this.pageWidth = head.width;
        this.pageHeight = head.height;
        this.lastPixels = undefined;
        this.base.width = 0;
      }
      this.offsetTop = head.offsetTop;
      if (head.isSharp) this.replace(bitmap);
      else this.patch(bitmap);
      bitmap.close();
      if (isNewSize) this.place();
      this.drawNow();
    });
    return this.decoding;
  }

  /** A new page is shown: nothing of the old picture is worth keeping. */
  forget(): void {
    this.lastPixels = undefined;
    this.base.width = 0;
    this.focusBox = undefined;
    if (this.follows !== 'whole') this.follows = 'focus';
  }

  setFocus(box: Box | undefined): void {
    const before = this.focusBox;
    this.focusBox = box;
    const isSame = before && box && Math.abs(before.width - box.width) < 24 && Math.abs(before.x - box.x) < 24;
    if (this.follows === 'focus' && !(isSame && Math.abs(before.y - box.y) < 24)) this.place();
  }

  get isWhole(): boolean {
    return this.follows === 'whole' || (this.follows === 'focus' && !this.focusBox);
  }

  /** To the whole page, or close to what the person is here for; where that is not known, as close as the height allows. */
  toggleZoom(): void {
    this.follows = !this.isWhole ? 'whole' : this.focusBox ? 'focus' : 'fill';
    this.place();
  }

  /** From the canvas's CSS pixels to the page's. */
  toPage(x: number, y: number): { x: number; y: number } {
    return { x: this.left + x / this.scale, y: this.top + y / this.scale - this.offsetTop };
  }

  zoomBy(factor: number, x: number, y: number): void {
    this.follows = 'hand';
    const anchor = { x: this.left + x / this.scale, y: this.top + y / this.scale };
    this.scale = Math.min(mostZoom, Math.max(this.wholeScale(), this.scale * factor));
    this.left = anchor.x - x / this.scale;
    this.top = anchor.y - y / this.scale;
    this.settle();
  }

  /** Moves the picture with the fingers; returns what could not be moved because an edge was reached. */
  panBy(dx: number, dy: number): { dx: number; dy: number } {
    this.follows = 'hand';
    const before = { left: this.left, top: this.top };
    this.left -= dx / this.scale;
    this.top -= dy / this.scale;
    this.settle();
    return {
      dx: dx - (before.left - this.left) * this.scale,
      dy: dy - (before.top - this.top) * this.scale,
    };
  }

  /** Brings a box into what is left of the stage, e.g. above the keyboard, large enough to be read. */
  reveal(box: Box): void {
    const isReadable = this.scale >= 0.6;
    const { x, y } = { x: (box.x - this.left) * this.scale, y: (box.y - this.top) * this.scale };
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const isSeen =
      x >= 0 &&
      y >= 0 &&
      x + Math.min(box.width * this.scale, width) <= width + 1 &&
      y + box.height * this.scale <= height;
    if (isReadable && isSeen) return;
    if (!isReadable) this.scale = Math.min(1, Math.max(0.6, (width - 2 * paddingPx) / box.width));
    const isWide = box.width * this.scale > width - 2 * paddingPx;
    this.left = isWide ? box.x - paddingPx / this.scale : box.x + box.width / 2 - width / this.scale / 2;
    this.top = box.y + box.height / 2 - height / this.scale / 2;
    this.settle();
  }

  private replace(bitmap: ImageBitmap): void {
    this.base.width = bitmap.width;
    this.base.height = bitmap.height;
    contextOf(this.base).drawImage(bitmap, 0, 0);
  }

  private patch(bitmap: ImageBitmap): void {
    const { width, height } = bitmap;
    const isSameSize = this.moving.width === width && this.moving.height === height;
    if (!isSameSize) {
      this.moving.width = width;
      this.moving.height = height;
    }
    const context = contextOf(this.moving, true);
    context.drawImage(bitmap, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
    const before = isSameSize ? this.lastPixels : undefined;
    this.lastPixels = pixels;
    if (!before || this.base.width === 0) {
      if (this.base.width <= width) return this.replace(bitmap);
      contextOf(this.base).drawImage(bitmap, 0, 0, this.base.width, this.base.height);
      return;
    }
    const target = contextOf(this.base);
    const [sx, sy] = [this.base.width / width, this.base.height / height];
    for (let y = 0; y < height; y += tile) {
      for (let x = 0; x < width; x += tile) {
        const [w, h] = [Math.min(tile, width - x), Math.min(tile, height - y)];
        if (isEqual(before, pixels, width, x, y, w, h)) continue;
        target.drawImage(bitmap, x, y, w, h, x * sx, y * sy, w * sx, h * sy);
      }
    }
  }

  private resized(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.canvas.height = Math.round(clientHeight * devicePixelRatio);
    if (this.follows === 'hand') this.settle();
    else this.place();
    // Not at the next frame: a resized canvas is empty until then.
    this.drawNow();
  }

  private wholeScale(): number {
    if (this.pageWidth === 0) return 1;
    return Math.min(this.canvas.clientWidth / this.pageWidth, this.canvas.clientHeight / this.pageHeight);
  }

  private place(): void {
    if (this.pageWidth === 0) return;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const box = this.follows === 'focus' ? this.focusBox : undefined;
    if (box) {
      const fits = Math.min((width - 2 * paddingPx) / box.width, (height - 2 * paddingPx) / box.height);
      this.scale = Math.max(this.wholeScale(), Math.min(1.6, fits));
      this.left = box.x + box.width / 2 - width / this.scale / 2;
      this.top = box.y + box.height / 2 - height / this.scale / 2;
    } else {
      const isFilled = this.follows === 'fill';
      this.scale = isFilled ? Math.max(width / this.pageWidth, height / this.pageHeight, 0.6) : this.wholeScale();
      this.left = isFilled ? (this.pageWidth - width / this.scale) / 2 : 0;
      this.top = 0;
    }
    this.settle();
  }

  /** Keeps the page on the stage: centred where it is smaller, without a gap where it is larger. */
  private settle(): void {
    const width = this.canvas.clientWidth / this.scale;
    const height = this.canvas.clientHeight / this.scale;
    this.left = clamp(this.left, this.pageWidth - width);
    this.top = clamp(this.top, this.pageHeight - height);
    // Where the page is on the stage, for whoever looks at this page from outside.
    Object.assign(this.canvas.dataset, { left: this.left, top: this.top - this.offsetTop, scale: this.scale });
    this.onZoom(Math.round(this.pageWidth * this.scale * devicePixelRatio));
    this.draw();
  }

  private draw(): void {
    if (this.drawRequest) return;
    this.drawRequest = requestAnimationFrame(() => this.drawNow());
  }

  private drawNow(): void {
    cancelAnimationFrame(this.drawRequest);
    this.drawRequest = 0;
    const context = contextOf(this.canvas);
    const ratio = devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (this.base.width === 0 || this.pageWidth === 0) return;
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      this.base,
      -this.left * this.scale * ratio,
      -this.top * this.scale * ratio,
      this.pageWidth * this.scale * ratio,
      this.pageHeight * this.scale * ratio,
    );
  }
}

/** Negative room is the page being smaller than the stage. */
const clamp = (at: number, room: number) => (room <= 0 ? room / 2 : Math.min(room, Math.max(0, at)));

function isEqual(a: Uint32Array, b: Uint32Array, stride: number, x: number, y: number, w: number, h: number): boolean {
  for (let row = y; row < y + h; row += 1) {
    const start = row * stride + x;
    for (let at = start; at < start + w; at += 1) if (a[at] !== b[at]) return false;
  }
  return true;
}

function contextOf(canvas: HTMLCanvasElement, willReadFrequently = false): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently });
  if (!context) throw new Error('this browser has no canvas');
  return context;
}
