import type { CDPSession, Page } from 'playwright';
import type { PointerSample } from './from-viewer.js';
import type { allowedKeys } from './protocol.js';

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
  text(text: string): Promise<void> {
    return this.inOrder(() => this.page.keyboard.type(text));
  }

  key(key: (typeof allowedKeys)[number]): Promise<void> {
    return this.inOrder(() => this.page.keyboard.press(key));
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

  private inOrder(work: () => Promise<void>): Promise<void> {
    const mine = this.typing.then(work);
    this.typing = mine.catch(() => undefined);
    return mine;
  }
}

type MouseEventType = 'mouseMoved' | 'mousePressed' | 'mouseReleased' | 'mouseWheel';
const held = { button: 'left', buttons: 1 } as const;
