import type { EventEmitter } from 'node:events';
import type { BrowserContext, Dialog, Download, Page } from 'playwright';
import type { WebSocket } from 'ws';
import type { Log } from '../lib/log.js';
import { redactUrl } from '../lib/redact.js';
import type { PointerSample } from './from-viewer.js';
import { LiveTab } from './live-tab.js';
import { isAllowedUrl } from './navigation-guard.js';
import { PageDialog } from './page-dialog.js';
import { PointerReplay } from './pointer-replay.js';
import type { Ending, Hello, NoticeKind, Size, TakeoverEnd } from './protocol.js';
import { scanControls } from './scan-controls.js';
import { ViewerConnection, type ViewerInput } from './viewer-connection.js';

const doneAnswerMs = 4000;
const scanAgainMs = 1000;

/** Connects the tab that needs its owner, and its popups, with the one viewer: pictures out, touches and keys in. */
export class LiveView {
  private readonly tabs: LiveTab[] = [];
  private tab: LiveTab | undefined;
  private readonly viewer = new ViewerConnection({
    onMessage: (message) => this.hear(message),
    onGone: () => this.viewerGone(),
  });
  private readonly replay = new PointerReplay((sample) => this.play(sample));
  private readonly dialog = new PageDialog((message) => this.viewer.send(message));
  private isScanning = false;
  private scanTimer: NodeJS.Timeout | undefined;
  private doneTimer: NodeJS.Timeout | undefined;
  private stage: Size | undefined;
  private isClosed = false;
  private readonly stopListening: (() => void)[] = [];

  constructor(
    private readonly options: {
      readonly page: Page;
      readonly allowedOrigins: readonly string[];
      /** The person gives up, or the page under takeover closed or crashed. */
      readonly onEnd: (how: TakeoverEnd) => void;
      readonly log: Log;
    },
  ) {}

  async open(): Promise<void> {
    // A popup may show a dialog before it is announced, and without a listener the dialog would be dismissed.
    this.listen(this.options.page.context(), { dialog: (dialog: Dialog) => this.dialogOpened(dialog) });
    await this.follow(this.options.page);
  }

  connect(socket: WebSocket, hello: Omit<Hello, 'type'>): void {
    this.viewer.accept(socket);
    this.options.log.info({}, 'takeover: the viewer is connected');
    this.viewer.send({ type: 'hello', ...hello });
    this.sendPages();
    this.dialog.show();
  }

  end(how: Ending): void {
    this.viewer.end(how);
    this.viewerGone();
  }

  /** Releases every page. The pages stay open. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const stop of this.stopListening) stop();
    await this.dialog.dismissAll();
    await Promise.all(this.tabs.map((tab) => tab.close()));
  }

  private async follow(page: Page): Promise<void> {
    const { allowedOrigins, log } = this.options;
    this.listen(page, {
      popup: (popup: Page) =>
        void this.follow(popup).catch((error: unknown) => {
          if (!popup.isClosed()) log.warn({ err: error }, 'takeover: a popup could not be shown');
        }),
      close: () => this.pageGone(page),
      crash: () => this.pageGone(page),
      framenavigated: () => {
        this.holdPopup(page);
        this.sendPages();
      },
      // This listener keeps the native file chooser closed. Without an answer, the page sees that no file was chosen.
      filechooser: () => this.notice('file-refused'),
      download: (download: Download) => {
        void download.cancel().catch(() => undefined);
        this.notice('file-refused');
      },
    });
    const tab = await LiveTab.open(page, {
      onPicture: (jpeg) => tab === this.tab && this.viewer.show(jpeg),
      onRest: () => void this.scan(),
      isAllowed: (url) => isAllowedUrl(url, allowedOrigins),
      onHeld: (url) => this.held(url),
      onDialogClosed: () => {
        this.dialog.closed(page);
        void this.scan();
      },
    });
    if (this.isClosed || page.isClosed()) return tab.close();
    this.tabs.push(tab);
    this.switchTo(tab);
    this.holdPopup(page);
  }

  private dialogOpened(dialog: Dialog): void {
    const tab = this.tabs.find(({ page }) => page === dialog.page());
    if (tab && tab !== this.tab) this.switchTo(tab);
    this.dialog.opened(dialog);
  }

  private listen(source: Page | BrowserContext, listeners: Record<string, (event: never) => void>): void {
    const events = source as unknown as EventEmitter;
    for (const [event, listener] of Object.entries(listeners)) {
      events.on(event, listener as () => void);
      this.stopListening.push(() => events.off(event, listener as () => void));
    }
  }

  private notice(kind: NoticeKind, detail?: string): void {
    this.viewer.send({ type: 'notice', kind, detail });
  }

  private held(url: string): void {
    this.options.log.warn({ url: redactUrl(url) }, 'takeover: held a navigation');
    this.notice('navigation-held', url.split('/')[2]);
  }

  /** Closes a popup outside the allowed origins: its first navigation starts before it can be intercepted. */
  private holdPopup(page: Page): void {
    if (page === this.options.page || isAllowedUrl(page.url(), this.options.allowedOrigins)) return;
    this.held(page.url());
    void page.close().catch(() => undefined);
  }

  private pageGone(page: Page): void {
    if (page === this.options.page) return this.options.onEnd('closed');
    const at = this.tabs.findIndex((tab) => tab.page === page);
    if (at < 0 || this.isClosed) return;
    const [gone] = this.tabs.splice(at, 1);
    const back = this.tabs.at(-1);
    if (gone === this.tab && back) this.switchTo(back);
    else this.sendPages();
    void gone?.close();
  }

  private switchTo(tab: LiveTab): void {
    this.replay.clear();
    this.tab?.hide();
    this.tab = tab;
    this.sendPages();
    void tab.page.bringToFront().catch(() => undefined);
    if (this.stage) tab.show(this.stage);
  }

  private sendPages(): void {
    const pages = this.tabs.map(({ page }) => page.url().replace(/^https?:\/\/|[?#].*/g, ''));
    if (this.tab) this.viewer.send({ type: 'pages', pages, current: this.tabs.indexOf(this.tab) });
  }

  private viewerGone(): void {
    clearTimeout(this.scanTimer);
    clearTimeout(this.doneTimer);
    this.replay.clear();
    this.stage = undefined;
    // The code that watches the page knows it in its own size.
    this.tab?.hide();
    this.options.log.info({}, 'takeover: the viewer is gone');
  }

  private hear(message: ViewerInput): void {
    const { tab } = this;
    if (!tab) return;
    switch (message.type) {
      case 'view':
        this.stage = message;
        return tab.show(message);
      case 'pointer':
        return this.replay.push(message.samples);
      case 'wheel':
        return tab.input.wheel(message.x, message.y, message.dx, message.dy);
      case 'text':
      case 'key':
        return void tab.input.type(message).catch((error: unknown) => {
          this.options.log.warn({ err: error }, 'takeover: typing failed');
        });
      case 'dialog':
        return void this.dialog.answer(message.accept, message.text);
      case 'page': {
        const wanted = this.tabs[message.index];
        return wanted && this.switchTo(wanted);
      }
      case 'done':
        return this.done(tab);
      case 'give-up':
        return this.options.onEnd('gave-up');
    }
  }

  /** 完成: the code that watches the page calls `resolved`, or nothing; then the viewer gets `not-yet`. */
  private done(tab: LiveTab): void {
    this.options.log.info({}, 'takeover: the person says done');
    // A page may hide in a narrow window what the check looks for.
    tab.unfit();
    clearTimeout(this.doneTimer);
    this.doneTimer = setTimeout(() => {
      this.notice('not-yet');
      if (this.stage) this.tab?.show(this.stage);
    }, doneAnswerMs).unref();
  }

  private play(sample: PointerSample): void {
    this.tab?.input.point(sample);
    if (sample[0] >= 2) void this.scan();
  }

  private async scan(): Promise<void> {
    clearTimeout(this.scanTimer);
    const { tab } = this;
    // A page with an open dialog does not answer, and during a press no scan is needed. The end of either starts one.
    if (!tab || !this.viewer.isOpen || this.dialog.isOpen || tab.input.isPressed) return;
    let isDueAgain = this.isScanning;
    if (!this.isScanning) {
      this.isScanning = true;
      const { controls, isCut, isLate } = await scanControls(tab.page);
      this.isScanning = false;
      isDueAgain = isLate;
      if (controls && this.tab === tab && !(isCut && tab.keepOwnSize())) this.viewer.send(controls);
    }
    if (!isDueAgain) return;
    // A page that was too busy to answer may finish without a visible change.
    this.scanTimer = setTimeout(() => void this.scan(), scanAgainMs).unref();
  }
}
