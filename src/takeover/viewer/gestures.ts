import type { FromViewer, PointerSample } from '../protocol.js';
import type { PageView } from './picture.js';

/** A second finger within this time means zooming. Until then the first finger has not pressed anything. */
const secondFingerMs = 60;
const tapPx = 8;
const moveStartsPx = 4;

interface Finger {
  x: number;
  y: number;
}

/** One finger operates the page. Two zoom and move the picture; where it cannot move further, they scroll the page. */
export class Gestures {
  /** While true, one finger moves the picture instead. */
  isPanning = false;
  private readonly fingers = new Map<number, Finger>();
  private mode: 'none' | 'pending' | 'press' | 'view' = 'none';
  private pending: PointerSample[] = [];
  private pendingTimer = 0;
  private startedAt: Finger = { x: 0, y: 0 };
  private isTap = false;

  constructor(
    private readonly deps: {
      readonly canvas: HTMLCanvasElement;
      readonly view: PageView;
      readonly send: (message: FromViewer) => void;
      /** Called on a short touch, within the event itself so that a keyboard may open. Takes page coordinates. */
      readonly onTap: (x: number, y: number) => void;
    },
  ) {
    const { canvas } = deps;
    canvas.addEventListener('pointerdown', this.onDown);
    canvas.addEventListener('pointermove', this.onMove);
    canvas.addEventListener('pointerup', this.onUp);
    canvas.addEventListener('pointercancel', this.onCancel);
    canvas.addEventListener('wheel', this.onWheel, { passive: false });
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
    // Keeps the focus, and so the phone's keyboard, where it is.
    canvas.addEventListener('mousedown', (event) => event.preventDefault());
    canvas.addEventListener('touchend', (event) => event.preventDefault(), { passive: false });
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    this.deps.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, this.at(event));
    if (this.fingers.size > 1) {
      this.abandonPress(event);
      this.mode = 'view';
      return;
    }
    this.startedAt = this.at(event);
    this.isTap = true;
    if (this.isPanning) {
      this.mode = 'view';
      return;
    }
    this.mode = 'pending';
    this.pending = [this.sample(1, event)];
    const waitMs = event.pointerType === 'mouse' ? 0 : secondFingerMs;
    if (waitMs === 0) this.beginPress();
    else this.pendingTimer = window.setTimeout(() => this.beginPress(), waitMs);
  };

  private readonly onMove = (event: PointerEvent): void => {
    const finger = this.fingers.get(event.pointerId);
    if (!finger) {
      if (event.pointerType === 'mouse') this.send([this.sample(0, event)]);
      return;
    }
    const to = this.at(event);
    if (Math.hypot(to.x - this.startedAt.x, to.y - this.startedAt.y) > tapPx) this.isTap = false;
    if (this.mode === 'view') {
      this.moveView(event.pointerId, finger, to);
      return;
    }
    Object.assign(finger, to);
    const events = event.getCoalescedEvents();
    const samples = (events.length > 0 ? events : [event]).map((each) => this.sample(0, each));
    if (this.mode === 'press') this.send(samples);
    else if (this.mode === 'pending') {
      this.pending.push(...samples);
      if (Math.hypot(to.x - this.startedAt.x, to.y - this.startedAt.y) > moveStartsPx) this.beginPress();
    }
  };

  private readonly onUp = (event: PointerEvent): void => {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.mode === 'pending') this.beginPress();
    if (this.mode === 'press') {
      const up = this.sample(2, event);
      this.send([up]);
      if (this.isTap) this.deps.onTap(up[2], up[3]);
    }
    // Fingers are lifted one by one: the last of two must not become a press.
    this.mode = this.fingers.size === 0 ? 'none' : 'view';
  };

  private readonly onCancel = (event: PointerEvent): void => {
    if (!this.fingers.delete(event.pointerId)) return;
    this.abandonPress(event);
    this.mode = this.fingers.size === 0 ? 'none' : 'view';
  };

  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const at = this.at(event);
    if (event.ctrlKey) this.deps.view.zoomBy(Math.exp(-event.deltaY / 200), at.x, at.y);
    else this.scrollPage(at, event.deltaX, event.deltaY);
  };

  private beginPress(): void {
    clearTimeout(this.pendingTimer);
    if (this.mode !== 'pending') return;
    this.mode = 'press';
    this.send(this.pending);
    this.pending = [];
  }

  private abandonPress(event: PointerEvent): void {
    clearTimeout(this.pendingTimer);
    if (this.mode === 'press') this.send([this.sample(3, event)]);
    this.pending = [];
    this.isTap = false;
    this.mode = 'none';
  }

  private moveView(id: number, from: Finger, to: Finger): void {
    const other = [...this.fingers].find(([each]) => each !== id)?.[1];
    const { view } = this.deps;
    const [dx, dy] = other ? [(to.x - from.x) / 2, (to.y - from.y) / 2] : [to.x - from.x, to.y - from.y];
    if (other) {
      const before = Math.hypot(from.x - other.x, from.y - other.y);
      const after = Math.hypot(to.x - other.x, to.y - other.y);
      if (before > 10) view.zoomBy(after / before, (to.x + other.x) / 2, (to.y + other.y) / 2);
    }
    const rest = view.panBy(dx, dy);
    Object.assign(from, to);
    if (Math.abs(rest.dx) + Math.abs(rest.dy) > 0.5) this.scrollPage(to, -rest.dx / view.scale, -rest.dy / view.scale);
  }

  private scrollPage(at: Finger, dx: number, dy: number): void {
    this.deps.send({ type: 'wheel', ...this.deps.view.toPage(at.x, at.y), dx, dy });
  }

  private send(samples: PointerSample[]): void {
    if (this.deps.view.pageWidth > 0) this.deps.send({ type: 'pointer', samples });
  }

  private sample(kind: PointerSample[0], event: PointerEvent): PointerSample {
    const at = this.at(event);
    const { x, y } = this.deps.view.toPage(at.x, at.y);
    return [kind, Math.round(event.timeStamp * 10) / 10, Math.round(x * 10) / 10, Math.round(y * 10) / 10];
  }

  private at(event: MouseEvent): Finger {
    const { left, top } = this.deps.canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}
