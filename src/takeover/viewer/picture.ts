import type { Box, PictureHead } from '../protocol.js';

const mostZoom = 4;
const paddingPx = 14;

/** Draws the page's picture on the canvas, and knows which part of the page the canvas shows. */
export class PageView {
  /** The page's viewport in CSS pixels; 0 before the first picture. */
  pageWidth = 0;
  pageHeight = 0;
  private offsetTop = 0;
  scale = 1;
  private left = 0;
  private top = 0;
  private follows: 'focus' | 'fill' | 'whole' | 'hand' = 'focus';
  private focusBox: Box | undefined;
  private readonly base = document.createElement('canvas');
  private drawRequest = 0;
  private drawn: Promise<void> = Promise.resolve();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly events: { readonly onZoom: () => void; readonly onResize: () => void },
  ) {
    new ResizeObserver(() => this.resized()).observe(canvas);
  }

  /** Resolves once the picture is drawn and the next may come. Keeps the order. */
  show(head: PictureHead, jpeg: Uint8Array<ArrayBuffer>): Promise<void> {
    const decoding = createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' })).catch(() => undefined);
    this.drawn = this.drawn.then(async () => {
      const bitmap = await decoding;
      if (!bitmap) return;
      const isNewSize = head.width !== this.pageWidth || head.height !== this.pageHeight;
      [this.pageWidth, this.pageHeight, this.offsetTop] = [head.width, head.height, head.offsetTop];
      const { width, height } = bitmap;
      const { x, y } = head.at ?? { x: 0, y: 0 };
      if (!head.at) Object.assign(this.base, { width, height });
      contextOf(this.base).drawImage(bitmap, x, y);
      bitmap.close();
      if (isNewSize) this.place();
      if (this.drawRequest || !head.at) this.drawNow();
      else this.drawPart({ x, y, width, height });
    });
    return this.drawn;
  }

  /** Called for a new page, where the person has to act somewhere else. */
  forgetFocus(): void {
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

  /** Switches between the whole page and where the person has to act. If that is unknown, fills the stage. */
  toggleZoom(): void {
    this.follows = !this.isWhole ? 'whole' : this.focusBox ? 'focus' : 'fill';
    this.place();
  }

  /** Converts the canvas's CSS pixels to the page's. */
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

  /** Moves the picture with the fingers. Returns the distance that an edge prevented. */
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

  /** Moves a box into the visible part of the stage, e.g. above the keyboard, large enough to read. */
  reveal(box: Box): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const isReadable = this.scale >= 0.6;
    const [x, y] = [(box.x - this.left) * this.scale, (box.y - this.top) * this.scale];
    const isSeen = x >= 0 && y >= 0 && x + box.width * this.scale <= width && y + box.height * this.scale <= height;
    if (isReadable && isSeen) return;
    const scale = isReadable ? this.scale : Math.min(1, Math.max(0.6, (width - 2 * paddingPx) / box.width));
    // Of a box that is too wide, the beginning counts.
    this.centreOn({ ...box, width: Math.min(box.width, width / scale - 2 * paddingPx) }, scale);
  }

  private resized(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.canvas.height = Math.round(clientHeight * devicePixelRatio);
    if (this.follows === 'hand') this.settle();
    else this.place();
    this.events.onResize();
    // Now, not at the next frame: a resized canvas is empty until it is drawn.
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
    const top = { x: 0, y: 0, width: this.pageWidth, height: 0 };
    if (box) {
      const fits = Math.min((width - 2 * paddingPx) / box.width, (height - 2 * paddingPx) / box.height);
      this.centreOn(box, Math.max(this.wholeScale(), Math.min(1.6, fits)));
    } else if (this.follows === 'fill') {
      this.centreOn(top, Math.max(width / this.pageWidth, height / this.pageHeight, 0.6));
    } else this.centreOn(top, this.wholeScale());
  }

  private centreOn(box: Box, scale: number): void {
    this.scale = scale;
    this.left = box.x + box.width / 2 - this.canvas.clientWidth / scale / 2;
    this.top = box.y + box.height / 2 - this.canvas.clientHeight / scale / 2;
    this.settle();
  }

  /** Keeps the page on the stage: centred if it is smaller, without a gap if it is larger. */
  private settle(): void {
    const width = this.canvas.clientWidth / this.scale;
    const height = this.canvas.clientHeight / this.scale;
    this.left = clamp(this.left, this.pageWidth - width);
    this.top = clamp(this.top, this.pageHeight - height);
    // Where the page is on the stage, for code outside this page such as tests.
    Object.assign(this.canvas.dataset, { left: this.left, top: this.top - this.offsetTop, scale: this.scale });
    this.events.onZoom();
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
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawPart({ x: 0, y: 0, width: this.base.width, height: this.base.height });
  }

  /** `part` is in pixels of the base. Scaling a whole picture is slow on a phone, and most changes are small. */
  private drawPart(part: Box): void {
    if (this.base.width === 0 || this.pageWidth === 0) return;
    const context = contextOf(this.canvas);
    const scale = this.scale * devicePixelRatio;
    const kx = (this.pageWidth * scale) / this.base.width;
    const ky = (this.pageHeight * scale) / this.base.height;
    // `high` processes the whole base for each part, and shows only where several pixels become one.
    context.imageSmoothingQuality = kx < 0.5 ? 'high' : 'low';
    context.setTransform(kx, 0, 0, ky, -this.left * scale, -this.top * scale);
    const [x, y, width, height] = [part.x - 2, part.y - 2, part.width + 4, part.height + 4];
    context.drawImage(this.base, x, y, width, height, x, y, width, height);
    context.resetTransform();
  }
}

/** `room` is negative when the page is smaller than the stage. */
const clamp = (at: number, room: number) => (room <= 0 ? room / 2 : Math.min(room, Math.max(0, at)));

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser has no canvas');
  return context;
}
