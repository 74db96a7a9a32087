import type { BrowserContext, CDPSession, Dialog, Download, Frame, Page } from 'playwright';
import { guardNavigation } from './navigation-guard.js';
import { PageInput } from './page-input.js';
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
  readonly screencast: Screencast;
  readonly input: PageInput;
  readonly undo: (() => void)[];
  readonly sessions: readonly CDPSession[];
}

/** One page of the browser, watched and operated over CDP sessions of its own. */
export class LiveTab {
  /** As last read by {@link readTitle}. */
  title = '';

  readonly id: number;
  readonly page: Page;
  readonly screencast: Screencast;
  readonly input: PageInput;
  private readonly undo: (() => void)[];
  private readonly sessions: readonly CDPSession[];

  private constructor(parts: LiveTabParts) {
    this.id = parts.id;
    this.page = parts.page;
    this.screencast = parts.screencast;
    this.input = parts.input;
    this.undo = parts.undo;
    this.sessions = parts.sessions;
  }

  static async open(id: number, page: Page, context: BrowserContext, deps: LiveTabDeps): Promise<LiveTab> {
    const undo: (() => void)[] = [];
    const sessions: CDPSession[] = [];
    try {
      listen(page, deps, undo);
      const cdp = await context.newCDPSession(page);
      sessions.push(cdp);
      await guardNavigation(cdp, deps.isAllowed, deps.onHeld);
      await cdp.send('Page.enable');
      cdp.on('Page.javascriptDialogClosed', deps.onDialogClosed);
      const sharp = await context.newCDPSession(page);
      sessions.push(sharp);
      const screencast = new Screencast(cdp, sharp, deps);
      return new LiveTab({ id, page, screencast, input: new PageInput(page, cdp, deps.now), undo, sessions });
    } catch (error) {
      for (const step of undo) step();
      for (const session of sessions) void session.detach().catch(() => undefined);
      throw error;
    }
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
    await Promise.allSettled(this.sessions.map((session) => session.detach()));
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
