import type { BrowserContext, CDPSession, Page } from '@playwright/test';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A person's phone with the takeover's viewer. The browser receives real touch events. */
export class Phone {
  private constructor(
    readonly page: Page,
    private readonly cdp: CDPSession,
  ) {}

  static async of(context: BrowserContext): Promise<Phone> {
    const page = await context.newPage();
    return new Phone(page, await context.newCDPSession(page));
  }

  async open(link: string): Promise<void> {
    await this.page.goto(link);
    await this.page.locator('#start').tap();
  }

  /** Opens the link and waits until the viewer shows the picture and knows the controls of the page. */
  async openAndSee(link: string): Promise<void> {
    await this.open(link);
    await this.page.locator('#canvas:not([width="0"])').waitFor();
  }

  /** Returns the position on this screen of an element of the server's page. */
  async locate(page: Page, selector: string, at: 'centre' | 'left' | 'right' = 'centre'): Promise<Point> {
    const box = await page.locator(selector).boundingBox();
    if (!box) throw new Error(`${selector} cannot be seen`);
    const x = at === 'left' ? box.x : at === 'right' ? box.x + box.width : box.x + box.width / 2;
    return this.toScreen({ x, y: box.y + box.height / 2 });
  }

  /** Converts a point of the server's page to this screen. The canvas has one pixel a CSS pixel of that page. */
  async toScreen({ x, y }: Point): Promise<Point> {
    const { left, top, scale } = await this.page.locator('#canvas').evaluate((canvas) => {
      const box = canvas.getBoundingClientRect();
      return { left: box.x, top: box.y, scale: box.width / (canvas as HTMLCanvasElement).width };
    });
    return { x: left + x * scale, y: top + y * scale };
  }

  /** Returns how large a CSS pixel of the server's page is on this screen. */
  async scale(): Promise<number> {
    return (await this.toScreen({ x: 1, y: 0 })).x - (await this.toScreen({ x: 0, y: 0 })).x;
  }

  /** Returns whether red, green, blue and alpha exceed 128 where the canvas shows this point of the server's page. */
  async colorAt(page: Point): Promise<boolean[]> {
    return this.page.locator('#canvas').evaluate((element, { x, y }) => {
      const pixel = (element as HTMLCanvasElement).getContext('2d')!.getImageData(x, y, 1, 1).data;
      return [...pixel].map((value) => value > 128);
    }, page);
  }

  async tap(point: Point): Promise<void> {
    await this.touch('touchStart', [point]);
    await this.touch('touchEnd', []);
  }

  /** Drags like a thumb: fast in the middle, slow at the ends, slightly unsteady. */
  async drag(from: Point, to: Point, steps = 40): Promise<void> {
    await this.touch('touchStart', [from]);
    for (let step = 1; step <= steps; step += 1) {
      const part = (1 - Math.cos((Math.PI * step) / steps)) / 2;
      const wobble = step === steps ? 0 : Math.sin(step) * 1.5;
      await this.touch('touchMove', [
        { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part + wobble },
      ]);
      await this.page.waitForTimeout(12);
    }
    await this.touch('touchEnd', []);
  }

  async touch(type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly Point[]): Promise<void> {
    const touchPoints = points.map(({ x, y }, id) => ({ x, y, id, radiusX: 8, radiusY: 8, force: 1 }));
    await this.cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
  }

  /** Types like an input method: shows the composition, then replaces it with the chosen text. */
  async composeAndChoose(steps: readonly string[], chosen: string): Promise<void> {
    for (const text of steps) {
      await this.cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    }
    await this.cdp.send('Input.insertText', { text: chosen });
  }
}
