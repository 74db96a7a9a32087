import type { BrowserContext, CDPSession, Dialog, Download, Frame, Page } from 'playwright';
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
  readonly now: () => number;
}

interface LiveTabParts {
  readonly id: number;
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly screencast: Screencast;
  readonly input: PageInput;
  readonly undo: (() => void)[];
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

  readonly id: number;
  readonly page: Page;
  readonly screencast: Screencast;
  readonly input: PageInput;
  private readonly cdp: CDPSession;
  private readonly undo: (() => void)[];
  private size: 'own' | 'fitted' | 'needs-own' = 'own';

  private constructor(parts: LiveTabParts) {
    this.id = parts.id;
    this.page = parts.page;
    this.screencast = parts.screencast;
    this.input = parts.input;
    this.cdp = parts.cdp;
    this.undo = parts.undo;
  }

  static async open(id: number, page: Page, context: BrowserContext, deps: LiveTabDeps): Promise<LiveTab> {
    const undo: (() => void)[] = [];
    let cdp: CDPSession | undefined;
    try {
      listen(page, deps, undo);
      cdp = await context.newCDPSession(page);
      await guardNavigation(cdp, deps.isAllowed, deps.onHeld);
      await cdp.send('Page.enable');
      cdp.on('Page.javascriptDialogClosed', deps.onDialogClosed);
      const [screencast, input] = [new Screencast(cdp, deps), new PageInput(page, cdp, deps.now)];
      return new LiveTab({ id, page, cdp, screencast, input, undo });
    } catch (error) {
      for (const step of undo) step();
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

  /** Returns whether the title has changed. */
  async readTitle(): Promise<boolean> {
    const title = (await this.page.title().catch(() => this.title)).slice(0, 80);
    const isNew = title !== this.title;
    this.title = title;
    return isNew;
  }

  async close(): Promise<void> {
    for (const step of this.undo.splice(0)) step();
    this.input.letGo();
    await this.screencast.stop();
    // This also returns the page to its own size.
    await this.cdp.detach().catch(() => undefined);
  }
}

function listen(page: Page, deps: LiveTabDeps, undo: (() => void)[]): void {
  const onFile = () => deps.onRefused('file-refused');
  const onDownload = (download: Download) => {
    void download.cancel().catch(() => undefined);
    deps.onRefused('download-refused');
  };
  page.on('dialog', deps.onDialog);
  page.on('popup', deps.onPopup);
  page.on('close', deps.onClosed);
  page.on('crash', deps.onCrashed);
  page.on('framenavigated', deps.onNavigated);
  // This listener keeps the native file chooser closed. Without an answer, the page sees that no file was chosen.
  page.on('filechooser', onFile);
  page.on('download', onDownload);
  undo.push(() => {
    page.off('dialog', deps.onDialog);
    page.off('popup', deps.onPopup);
    page.off('close', deps.onClosed);
    page.off('crash', deps.onCrashed);
    page.off('framenavigated', deps.onNavigated);
    page.off('filechooser', onFile);
    page.off('download', onDownload);
  });
}
