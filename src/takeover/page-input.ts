import type { CDPSession, Page } from 'playwright';
import type { allowedKeys } from './allowed-keys.js';
import type { PointerSample } from './protocol.js';

const doubleClickMs = 400;
const doubleClickPx = 6;
/** A longer run of digits is text, not a code or a number that somebody types. */
const mostDigits = 32;

/** Touches become mouse events: the browser is a desktop browser, and its pages, above all sliders, expect those. */
export class PageInput {
  private isPressed = false;
  private clickCount = 1;
  private lastPress = { at: -Infinity, x: 0, y: 0 };
  private typing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly page: Page,
    private readonly cdp: CDPSession,
  ) {}

  point([kind, , x, y]: PointerSample): void {
    if (kind === 1) this.press(x, y);
    // A move counts as a drag only with `button` and `buttons`. Without them sliders do not follow.
    else if (kind === 0) this.mouse('mouseMoved', x, y, this.isPressed ? held : {});
    else if (kind === 2) this.release(x, y);
    else this.letGo();
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

  /** Types digits and single characters key by key, because code boxes listen for keys. Inserts other text whole. */
  text(text: string): Promise<void> {
    return this.inOrder(async () => {
      const isDigits = /^\d+$/.test(text) && text.length <= mostDigits;
      if (isDigits || /^[\x20-\x7e]$/.test(text)) await this.page.keyboard.type(text);
      else await this.page.keyboard.insertText(text);
    });
  }

  /** Shows text that an input method is still composing. {@link text} then replaces it; an empty text removes it. */
  compose(text: string): Promise<void> {
    return this.inOrder(() =>
      this.cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length }),
    );
  }

  key(key: (typeof allowedKeys)[number]): Promise<void> {
    return this.inOrder(() => this.page.keyboard.press(key));
  }

  private press(x: number, y: number): void {
    const { at, x: lastX, y: lastY } = this.lastPress;
    const isNear = Math.hypot(x - lastX, y - lastY) <= doubleClickPx;
    this.clickCount = isNear && performance.now() - at <= doubleClickMs ? this.clickCount + 1 : 1;
    this.lastPress = { at: performance.now(), x, y };
    this.mouse('mouseMoved', x, y, {});
    this.isPressed = true;
    this.mouse('mousePressed', x, y, { ...held, clickCount: this.clickCount });
  }

  private release(x: number, y: number): void {
    if (!this.isPressed) return;
    this.isPressed = false;
    this.mouse('mouseReleased', x, y, { button: 'left', buttons: 0, clickCount: this.clickCount });
  }

  /** Not awaited: the pipe keeps the order, and a click that opens a dialog is not answered until the dialog closes. */
  private mouse(type: MouseEventType, x: number, y: number, more: object): void {
    void this.cdp.send('Input.dispatchMouseEvent', { type, x, y, ...more }).catch(() => undefined);
  }

  private inOrder(work: () => Promise<unknown>): Promise<void> {
    const mine = this.typing.then(work).then(() => undefined);
    this.typing = mine.catch(() => undefined);
    return mine;
  }
}

type MouseEventType = 'mouseMoved' | 'mousePressed' | 'mouseReleased' | 'mouseWheel';
const held = { button: 'left', buttons: 1 } as const;
