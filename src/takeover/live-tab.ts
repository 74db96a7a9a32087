import type { EventEmitter } from 'node:events';
import type { CDPSession, Dialog, Download, Frame, Page } from 'playwright';
import { guardNavigation } from './navigation-guard.js';
import { PageInput } from './page-input.js';
import type { Size } from './protocol.js';
import { Screencast, type ScreencastDeps } from './screencast.js';

export interface LiveTabDeps extends ScreencastDeps {
  readonly isAllowed: (url: string) => boolean;
  readonly onHeld: (url: string) => void;
  readonly onDialog: (dialog: Dialog) => void;
  readonly onDialogClosed: () => void;
  readonly onPopup: (popup: Page) => void;
  readonly onClosed: () => void;
  readonly onCrashed: () => void;
  readonly onRefused: (what: 'file-refused' | 'download-refused') => void;
  readonly onNavigated: (frame: Frame) => void;
}

/** Below this the forms of most sites no longer fit. */
const leastWidth = 320;
const leastHeight = 480;
/** A stage wider than this belongs to a computer, which can show the page as it is. */
const mostStageWidth = 1000;

/** One page of the browser, watched and operated over a CDP session of its own. */
export class LiveTab {
  /** As last read by {@link readTitle}. */
  title = '';

  readonly screencast: Screencast;
  readonly input: PageInput;
  private size: 'own' | 'fitted' | 'needs-own' = 'own';

  private constructor(
    readonly id: number,
    readonly page: Page,
    private readonly cdp: CDPSession,
    deps: LiveTabDeps,
    private readonly stopListening: () => void,
  ) {
    this.screencast = new Screencast(cdp, deps);
    this.input = new PageInput(page, cdp);
  }

  static async open(id: number, page: Page, deps: LiveTabDeps): Promise<LiveTab> {
    const stopListening = listen(page, deps);
    let cdp: CDPSession | undefined;
    try {
      cdp = await page.context().newCDPSession(page);
      await guardNavigation(cdp, deps.isAllowed, deps.onHeld);
      await cdp.send('Page.enable');
      cdp.on('Page.javascriptDialogClosed', deps.onDialogClosed);
      return new LiveTab(id, page, cdp, deps, stopListening);
    } catch (error) {
      stopListening();
      void cdp?.detach().catch(() => undefined);
      throw error;
    }
  }

  /** Gives the page the size of the viewer's stage, in CSS pixels. A busy page answers late. */
  async fit({ width, height }: Size): Promise<void> {
    if (this.size === 'needs-own' || width > mostStageWidth) return;
    this.size = 'fitted';
    const size = { width: Math.max(leastWidth, width), height: Math.max(leastHeight, height) };
    // Chromium's cast has one pixel a CSS pixel, whatever the scale factor.
    await this.cdp
      .send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false })
      .catch(() => undefined);
  }

  /** Returns the page to its own size. Returns false when it had that. */
  unfit(isForGood = false): boolean {
    if (this.size !== 'fitted') return false;
    this.size = isForGood ? 'needs-own' : 'own';
    void this.cdp.send('Emulation.clearDeviceMetricsOverride').catch(() => undefined);
    return true;
  }

  async readTitle(): Promise<void> {
    this.title = (await this.page.title().catch(() => this.title)).slice(0, 80);
  }

  async close(): Promise<void> {
    this.stopListening();
    this.input.letGo();
    await this.screencast.stop();
    // This also returns the page to its own size.
    await this.cdp.detach().catch(() => undefined);
  }
}

/** Returns what ends the listening. */
function listen(page: Page, deps: LiveTabDeps): () => void {
  const listeners = Object.entries({
    dialog: deps.onDialog,
    popup: deps.onPopup,
    close: deps.onClosed,
    crash: deps.onCrashed,
    framenavigated: deps.onNavigated,
    // This listener keeps the native file chooser closed. Without an answer, the page sees that no file was chosen.
    filechooser: () => deps.onRefused('file-refused'),
    download: (download: Download) => {
      void download.cancel().catch(() => undefined);
      deps.onRefused('download-refused');
    },
  });
  const events = page as unknown as EventEmitter;
  for (const [event, listener] of listeners) events.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) events.off(event, listener);
  };
}
