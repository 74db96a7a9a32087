import type { CDPSession, Page } from 'playwright';
import { guardNavigation } from './navigation-guard.js';
import { PageInput } from './page-input.js';
import type { Size } from './protocol.js';
import { Screencast, type ScreencastDeps } from './screencast.js';

export interface LiveTabDeps extends ScreencastDeps {
  readonly isAllowed: (url: string) => boolean;
  readonly onHeld: (url: string) => void;
  readonly onDialogClosed: () => void;
}

/** Below this the forms of most sites no longer fit. */
const leastWidth = 320;
const leastHeight = 480;
/** A stage wider than this belongs to a computer, which can show the page as it is. */
const mostStageWidth = 1000;

/** One page of the browser, watched and operated over a CDP session of its own. */
export class LiveTab {
  readonly screencast: Screencast;
  readonly input: PageInput;
  private isFitted = false;
  private needsOwnSize = false;

  private constructor(
    readonly page: Page,
    private readonly cdp: CDPSession,
    deps: ScreencastDeps,
  ) {
    this.screencast = new Screencast(cdp, deps);
    this.input = new PageInput(page, cdp);
  }

  static async open(page: Page, deps: LiveTabDeps): Promise<LiveTab> {
    const cdp = await page.context().newCDPSession(page);
    try {
      await guardNavigation(cdp, deps.isAllowed, deps.onHeld);
      await cdp.send('Page.enable');
      cdp.on('Page.javascriptDialogClosed', deps.onDialogClosed);
      return new LiveTab(page, cdp, deps);
    } catch (error) {
      void cdp.detach().catch(() => undefined);
      throw error;
    }
  }

  /** Shows the page, in the size of the viewer's stage if it fits. Not awaited: a busy page takes the size later. */
  show({ width, height }: Size): void {
    if (!this.needsOwnSize && width <= mostStageWidth) {
      this.isFitted = true;
      const size = { width: Math.max(leastWidth, width), height: Math.max(leastHeight, height) };
      // Chromium's cast has one pixel a CSS pixel, whatever the scale factor.
      void this.cdp
        .send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false })
        .catch(() => undefined);
    }
    this.screencast.start();
  }

  /** The page is too wide for the stage. Returns false when it had its own size anyway. */
  keepOwnSize(): boolean {
    const wasFitted = this.isFitted;
    this.needsOwnSize ||= wasFitted;
    this.unfit();
    // Chromium does not always send a picture of the new size: a page that rests would stay cut.
    if (wasFitted) this.screencast.start();
    return wasFitted;
  }

  /** Returns the page to its own size. */
  unfit(): void {
    this.isFitted = false;
    void this.cdp.send('Emulation.clearDeviceMetricsOverride').catch(() => undefined);
  }

  hide(): void {
    this.input.letGo();
    this.screencast.stop();
    this.unfit();
  }

  async close(): Promise<void> {
    this.hide();
    await this.cdp.detach().catch(() => undefined);
  }
}
