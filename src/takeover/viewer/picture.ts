import type { Box, PictureHead } from '../protocol.js';

const mostZoom = 4;
const paddingPx = 14;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The page's picture on a canvas with one pixel a CSS pixel of the page, and the part of it that the stage shows. */
export class PageView {
  private scale = 1;
  private left = 0;
  private top = 0;
  private follows: 'focus' | 'whole' | 'hand' = 'focus';
  private focus: Box | undefined;
  private drawn: Promise<void> = Promise.resolve();

  constructor(
    private readonly stage: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
  ) {}

  /** Resolves once the picture is drawn and the next may come. Keeps the order. */
  show({ at }: PictureHead, jpeg: Blob): Promise<void> {
    const decoding = createImageBitmap(jpeg).catch(() => undefined);
    this.drawn = this.drawn.then(async () => {
      const bitmap = await decoding;
      if (!bitmap) return;
      const { width, height } = bitmap;
      const isNewSize = !at && (this.canvas.width !== width || this.canvas.height !== height);
      if (isNewSize) Object.assign(this.canvas, { width, height });
      this.canvas.getContext('2d')?.drawImage(bitmap, at?.x ?? 0, at?.y ?? 0);
      bitmap.close();
      if (isNewSize) this.place();
    });
    return this.drawn;
  }

  /** Called for a new page, where the person has to act somewhere else. */
  forgetFocus(): void {
    this.focus = undefined;
    this.follows = 'focus';
  }

  setFocus(box: Box | undefined): void {
    this.focus = box;
    if (this.follows === 'focus') this.place();
  }

  /** Switches between the whole page and a part of it. */
  toggleZoom(): void {
    const { clientWidth, clientHeight } = this.stage;
    if (this.scale < this.wholeScale() * 1.01) return this.zoomBy(2, { x: clientWidth / 2, y: clientHeight / 2 });
    this.follows = 'whole';
    this.place();
  }

  /** Converts a point of the stage to one of the page. */
  toPage({ x, y }: Point): Point {
    return { x: this.left + x / this.scale, y: this.top + y / this.scale };
  }

  zoomBy(factor: number, at: Point): void {
    this.follows = 'hand';
    const anchor = this.toPage(at);
    this.scale = Math.min(mostZoom, Math.max(this.wholeScale(), this.scale * factor));
    this.moveTo(anchor.x - at.x / this.scale, anchor.y - at.y / this.scale);
  }

  /** Moves the picture with the fingers. Returns the distance that an edge prevented, for the page to scroll by. */
  panBy(x: number, y: number): { dx: number; dy: number } {
    this.follows = 'hand';
    const [left, top] = [this.left - x / this.scale, this.top - y / this.scale];
    this.moveTo(left, top);
    return { dx: left - this.left, dy: top - this.top };
  }

  /** Moves a box into the visible part of the stage, e.g. above the keyboard, large enough to read. */
  reveal(box: Box): void {
    const from = this.toPage({ x: 0, y: 0 });
    const to = this.toPage({ x: this.stage.clientWidth, y: this.stage.clientHeight });
    const isSeen = box.x >= from.x && box.y >= from.y && box.x + box.width <= to.x && box.y + box.height <= to.y;
    if (!isSeen || this.scale < 0.6) this.centreOn(box, Math.max(0.7, this.scale));
  }

  /** Called when the stage or the picture has another size. */
  place(): void {
    if (this.follows === 'hand') return this.moveTo(this.left, this.top);
    const box = this.follows === 'focus' ? this.focus : undefined;
    if (!box) return this.centreOn({ x: 0, y: 0, width: this.canvas.width, height: 0 }, this.wholeScale());
    this.centreOn(box, Math.max(this.wholeScale(), Math.min(1.6, this.fitting(box, paddingPx))));
  }

  private wholeScale(): number {
    return this.fitting(this.canvas, 0);
  }

  private fitting({ width, height }: { readonly width: number; readonly height: number }, padding: number): number {
    const { clientWidth, clientHeight } = this.stage;
    return Math.min((clientWidth - 2 * padding) / width, (clientHeight - 2 * padding) / height);
  }

  private centreOn(box: Box, scale: number): void {
    this.scale = scale;
    const { clientWidth, clientHeight } = this.stage;
    this.moveTo(box.x + (box.width - clientWidth / scale) / 2, box.y + (box.height - clientHeight / scale) / 2);
  }

  /** Keeps the page on the stage: centred if it is smaller, without a gap if it is larger. */
  private moveTo(left: number, top: number): void {
    this.left = clamp(left, this.canvas.width - this.stage.clientWidth / this.scale);
    this.top = clamp(top, this.canvas.height - this.stage.clientHeight / this.scale);
    this.canvas.style.transform = `scale(${this.scale}) translate(${-this.left}px, ${-this.top}px)`;
  }
}

/** `room` is negative when the page is smaller than the stage. */
const clamp = (at: number, room: number) => (room <= 0 ? room / 2 : Math.min(room, Math.max(0, at)));
