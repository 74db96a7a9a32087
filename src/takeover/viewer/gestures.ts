import type { FromViewer, PointerSample } from '../from-viewer.js';
import type { PageView, Point } from './picture.js';

/** A second finger within this time means zooming. Until then the first finger has not pressed anything. */
const secondFingerMs = 60;
const tapPx = 8;

/** One finger operates the page. Two zoom and move the picture; where it cannot move further, they scroll the page. */
export class Gestures {
  private readonly fingers = new Map<number, Point>();
  private mode: 'none' | 'waiting' | 'press' | 'view' = 'none';
  private waiting: PointerSample[] = [];
  private waitTimer = 0;
  private startedAt: Point = { x: 0, y: 0 };
  private isTap = false;

  constructor(
    private readonly deps: {
      readonly stage: HTMLElement;
      readonly view: PageView;
      readonly send: (message: FromViewer) => void;
      /** Called on a short touch, within the event itself so that a keyboard may open. */
      readonly onTap: (onPage: Point) => void;
    },
  ) {
    const { stage } = deps;
    stage.addEventListener('pointerdown', (event) => this.down(event));
    stage.addEventListener('pointermove', (event) => this.move(event));
    stage.addEventListener('pointerup', (event) => this.up(event));
    stage.addEventListener('pointercancel', (event) => this.up(event));
    stage.addEventListener('wheel', (event) => {
      event.preventDefault();
      this.scroll(this.at(event), { dx: event.deltaX, dy: event.deltaY });
    });
    // Keeps the focus, and so the phone's keyboard, where it is.
    for (const type of ['contextmenu', 'mousedown', 'touchend'])
      stage.addEventListener(type, (event) => event.preventDefault());
  }

  private down(event: PointerEvent): void {
    const isMouse = event.pointerType === 'mouse';
    if (isMouse && event.button !== 0) return;
    this.deps.stage.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, this.at(event));
    if (this.fingers.size > 1) return this.abandonPress(event);
    this.startedAt = this.at(event);
    this.isTap = true;
    this.mode = 'waiting';
    this.waiting = [this.sample(1, event)];
    if (isMouse) this.press();
    else this.waitTimer = window.setTimeout(() => this.press(), secondFingerMs);
  }

  private move(event: PointerEvent): void {
    const from = this.fingers.get(event.pointerId);
    const to = this.at(event);
    if (Math.hypot(to.x - this.startedAt.x, to.y - this.startedAt.y) > tapPx) this.isTap = false;
    if (from) this.fingers.set(event.pointerId, to);
    if (from && this.mode === 'view') return this.moveView(event.pointerId, from, to);
    const events = event.getCoalescedEvents();
    const samples = (events.length > 0 ? events : [event]).map((each) => this.sample(0, each));
    if (this.mode === 'waiting') this.waiting.push(...samples);
    else if (this.mode === 'press' || event.pointerType === 'mouse') this.send(samples);
  }

  private up(event: PointerEvent): void {
    if (!this.fingers.delete(event.pointerId)) return;
    if (event.type === 'pointercancel') this.abandonPress(event);
    this.press();
    if (this.mode === 'press') {
      this.send([this.sample(2, event)]);
      if (this.isTap) this.deps.onTap(this.deps.view.toPage(this.at(event)));
    }
    // Fingers are lifted one by one: the last of two must not become a press.
    this.mode = this.fingers.size === 0 ? 'none' : 'view';
  }

  private press(): void {
    clearTimeout(this.waitTimer);
    if (this.mode !== 'waiting') return;
    this.mode = 'press';
    this.send(this.waiting);
  }

  private abandonPress(event: PointerEvent): void {
    clearTimeout(this.waitTimer);
    if (this.mode === 'press') this.send([this.sample(3, event)]);
    this.mode = 'view';
  }

  private moveView(id: number, from: Point, to: Point): void {
    const other = [...this.fingers].find(([each]) => each !== id)?.[1];
    if (!other) return;
    const { view } = this.deps;
    const [before, after] = [from, to].map(({ x, y }) => Math.hypot(x - other.x, y - other.y)) as [number, number];
    if (before > 10) view.zoomBy(after / before, { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 });
    this.scroll(to, view.panBy((to.x - from.x) / 2, (to.y - from.y) / 2));
  }

  private scroll(at: Point, by: { readonly dx: number; readonly dy: number }): void {
    if (Math.abs(by.dx) + Math.abs(by.dy) > 0.5) this.deps.send({ type: 'wheel', ...this.deps.view.toPage(at), ...by });
  }

  private send(samples: PointerSample[]): void {
    this.deps.send({ type: 'pointer', samples });
  }

  private sample(kind: PointerSample[0], event: PointerEvent): PointerSample {
    const { x, y } = this.deps.view.toPage(this.at(event));
    return [kind, event.timeStamp, x, y];
  }

  private at(event: MouseEvent): Point {
    const { left, top } = this.deps.stage.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}
