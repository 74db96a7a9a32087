import type { CDPSession, Page } from 'playwright';
import type { FromViewer, PointerSample } from './from-viewer.js';

/** Touches become mouse events: the browser is a desktop browser, and its pages, above all sliders, expect those. */
export class PageInput {
  isPressed = false;
  private typing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly page: Page,
    private readonly cdp: CDPSession,
  ) {}

  point([kind, , x, y]: PointerSample): void {
    // A move counts as a drag only with `button` and `buttons`. Without them sliders do not follow.
    if (kind < 2) this.mouse('mouseMoved', x, y, this.isPressed ? held : {});
    if (kind === 1) this.mouse('mousePressed', x, y, { ...held, clickCount: 1 });
    if (kind === 1) this.isPressed = true;
    else if (kind === 2) this.release(x, y);
    else if (kind === 3) this.letGo();
  }

  /** Ends a press without a click, by releasing outside the page. */
  letGo(): void {
    if (!this.isPressed) return;
    this.mouse('mouseMoved', -1, -1, held);
    this.release(-1, -1);
  }

  wheel(x: number, y: number, deltaX: number, deltaY: number): void {
    this.mouse('mouseWheel', x, y, { deltaX, deltaY });
  }

  /** Types key by key, because code boxes listen for keys. What has no key, such as Chinese, is inserted. */
  type(typed: Extract<FromViewer, { readonly type: 'text' | 'key' }>): Promise<void> {
    const { keyboard } = this.page;
    const mine = this.typing.then(() =>
      typed.type === 'text' ? keyboard.type(typed.text) : keyboard.press(typed.key),
    );
    this.typing = mine.catch(() => undefined);
    return mine;
  }

  private release(x: number, y: number): void {
    if (!this.isPressed) return;
    this.isPressed = false;
    this.mouse('mouseReleased', x, y, { button: 'left', buttons: 0, clickCount: 1 });
  }

  /** Not awaited: the pipe keeps the order, and a click that opens a dialog is not answered until the dialog closes. */
  private mouse(type: MouseEventType, x: number, y: number, more: object): void {
    void this.cdp.send('Input.dispatchMouseEvent', { type, x, y, ...more }).catch(() => undefined);
  }
}

type MouseEventType = 'mouseMoved' | 'mousePressed' | 'mouseReleased' | 'mouseWheel';
const held = { button: 'left', buttons: 1 } as const;
