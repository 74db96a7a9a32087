import type { Page } from 'playwright';
import type { WebSocket } from 'ws';
import type { Log } from '../lib/log.js';
import { redactUrl } from '../lib/redact.js';
import { withDeadline } from '../lib/with-deadline.js';
import { LiveTab } from './live-tab.js';
import { isAllowedUrl } from './navigation-guard.js';
import { PageDialog } from './page-dialog.js';
import { PointerReplay } from './pointer-replay.js';
import type { Hello, NoticeKind, PointerSample, Size, TakeoverEnd } from './protocol.js';
import { scanControls, type ScannedControls } from './scan-controls.js';
import { ViewerConnection, type ViewerInput } from './viewer-connection.js';

const doneAnswerMs = 4000;
const mostFitMs = 300;
const scanAgainMs = 2000;

/** Connects the tab that needs its owner, and its popups, with the one viewer: pictures out, touches and keys in. */
export class LiveView {
  private readonly tabs: LiveTab[] = [];
  private tab: LiveTab | undefined;
  private tabCount = 0;
  private readonly viewer = new ViewerConnection({
    onMessage: (message) => this.hear(message),
    onGone: () => this.viewerGone(),
  });
  private readonly replay = new PointerReplay({
    play: (sample) => this.play(sample),
    now: () => performance.now(),
    later: (ms, work) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
  });
  private scanned: ScannedControls | undefined;
  private sentControls = '';
  private isScanning = false;
  private isScanDue = false;
  private scanTimer: NodeJS.Timeout | undefined;
  private pressedSelect: number | undefined;
  private isPressed = false;
  private lastSeq = 0;
  private readonly dialog = new PageDialog((message) => this.viewer.send(message));
  private doneTimer: NodeJS.Timeout | undefined;
  private stage: Size | undefined;
  private isClosed = false;

  constructor(
    private readonly options: {
      readonly page: Page;
      readonly allowedOrigins: readonly string[];
      readonly hello: () => Omit<Hello, 'type' | 'lastSeq'>;
      readonly onGiveUp: () => void;
      /** The page under takeover closed or crashed. */
      readonly onPageGone: () => void;
      readonly log: Log;
    },
  ) {}

  async open(): Promise<void> {
    this.tab = await this.follow(this.options.page);
  }

  get isWatched(): boolean {
    return this.viewer.isOpen;
  }

  connect(socket: WebSocket): void {
    this.viewer.accept(socket);
    this.options.log.info({}, 'takeover: the viewer is connected');
    this.viewer.send({ type: 'hello', lastSeq: this.lastSeq, ...this.options.hello() });
    this.sendPages();
    this.sentControls = '';
    this.dialog.show();
  }

  notice(kind: NoticeKind, detail?: string): void {
    this.viewer.send({ type: 'notice', kind, detail });
  }

  end(how: TakeoverEnd | 'new-link', message?: string): void {
    clearTimeout(this.doneTimer);
    this.viewer.send({ type: 'ended', how, message });
    this.viewer.end(how);
    this.viewerGone();
  }

  /** Releases every page. The pages stay open. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.doneTimer);
    clearTimeout(this.scanTimer);
    this.replay.clear();
    await this.dialog.answer(false);
    await Promise.all(this.tabs.splice(0).map((tab) => tab.close()));
    this.tab = undefined;
  }

  private async follow(page: Page): Promise<LiveTab> {
    this.tabCount += 1;
    const id = this.tabCount;
    const { options } = this;
    const tab = await LiveTab.open(id, page, {
      offer: (picture) => this.tab?.id === id && this.viewer.show({ ...picture, tab: id }),
      onRest: () => void this.scan(),
      isAllowed: (url) => isAllowedUrl(url, options.allowedOrigins),
      onHeld: (url) => {
        options.log.warn({ url: redactUrl(url) }, 'takeover: held a navigation');
        this.notice('navigation-held', hostOf(url));
      },
      onDialog: (dialog) => {
        const tab = this.tabs.find((each) => each.id === id);
        if (tab && tab !== this.tab) void this.switchTo(tab);
        this.dialog.opened(dialog);
      },
      onDialogClosed: () => {
        this.dialog.closed();
        void this.scan();
      },
      onPopup: (popup) => void this.popupOpened(popup),
      onClosed: () => this.tabClosed(id),
      onCrashed: () => (page === options.page ? this.options.onPageGone() : this.tabClosed(id)),
      onRefused: (what) => this.notice(what),
      onNavigated: (frame) => {
        if (frame !== page.mainFrame()) return;
        const tab = this.tabs.find((each) => each.id === id);
        if (tab) void this.wasHeld(tab);
        this.sendPages();
      },
    });
    this.tabs.push(tab);
    return tab;
  }

  /** Closes a popup outside the allowed origins: its first navigation starts before it can be intercepted. */
  private async wasHeld(tab: LiveTab): Promise<boolean> {
    const { page } = tab;
    if (isAllowedUrl(page.url(), this.options.allowedOrigins)) return false;
    this.options.log.warn({ url: redactUrl(page.url()) }, 'takeover: a page left the allowed origins');
    if (page === this.options.page) return false;
    this.notice('popup-held', hostOf(page.url()));
    await page.close().catch(() => undefined);
    return true;
  }

  private async popupOpened(popup: Page): Promise<void> {
    try {
      const tab = await this.follow(popup);
      if (this.isClosed) return await tab.close();
      if (await this.wasHeld(tab)) return;
      await this.switchTo(tab);
    } catch (error) {
      if (!popup.isClosed()) this.options.log.warn({ err: error }, 'takeover: a popup could not be shown');
    }
  }

  private tabClosed(id: number): void {
    const at = this.tabs.findIndex((tab) => tab.id === id);
    const tab = this.tabs[at];
    if (!tab || this.isClosed) return;
    this.tabs.splice(at, 1);
    void tab.close();
    if (tab.page === this.options.page) {
      this.options.onPageGone();
      return;
    }
    const back = this.tabs.at(-1);
    if (this.tab?.id === id && back) void this.switchTo(back);
    else this.sendPages();
  }

  private async switchTo(tab: LiveTab): Promise<void> {
    const before = this.tab;
    this.replay.clear();
    this.tab = tab;
    this.sentControls = '';
    this.scanned = undefined;
    this.sendPages();
    // Do not wait for the old session to stop: a page that is closing may never answer.
    if (before && before !== tab) void before.screencast.stop();
    await tab.page.bringToFront().catch(() => undefined);
    if (this.tab === tab && this.stage) await this.fit(tab, this.stage);
  }

  /** Begins the pictures once the page has the size in which it is shown. A busy page gets it later. */
  private async fit(tab: LiveTab, stage: Size): Promise<void> {
    const fitted = tab.fit(stage).then(() => this.scan());
    await withDeadline(fitted, mostFitMs, () => undefined);
    await tab.screencast.stop();
    if (this.tab === tab && this.stage) await tab.screencast.start();
  }

  /** Sent before any picture of the current tab and without waiting for titles, which a busy page reports late. */
  private sendPages(): void {
    this.tellPages();
    // A page with an open dialog does not answer.
    if (this.dialog.isOpen) return;
    void Promise.all(this.tabs.map((tab) => tab.readTitle())).then(() => this.tellPages());
  }

  private tellPages(): void {
    if (!this.tab) return;
    const pages = this.tabs.map(({ id, page, title }) => ({ id, title, host: hostOf(page.url()) }));
    this.viewer.send({ type: 'pages', pages, current: this.tab.id });
  }

  private viewerGone(): void {
    clearTimeout(this.scanTimer);
    this.replay.clear();
    this.isPressed = false;
    this.stage = undefined;
    clearTimeout(this.doneTimer);
    this.tab?.input.letGo();
    void this.tab?.screencast.stop();
    // The code that watches the page knows it in its own size.
    for (const tab of this.tabs) tab.unfit();
    this.options.log.info({}, 'takeover: the viewer is gone');
  }

  private hear(message: ViewerInput): void {
    const { tab } = this;
    if (!tab) return;
    switch (message.type) {
      case 'view':
        this.stage = message;
        return void this.fit(tab, message);
      case 'pointer':
        return this.replay.push(message.samples);
      case 'wheel':
        return tab.input.wheel(message.x, message.y, message.dx, message.dy);
      case 'text':
        return this.typed(message.seq, () => tab.input.text(message.text));
      case 'key':
        return this.typed(message.seq, () => tab.input.key(message.key));
      case 'compose':
        return void tab.input.compose(message.text).catch(() => undefined);
      case 'select':
        return void this.scanned?.choose(message.id, message.index).then(
          () => this.scan(),
          (error: unknown) => this.options.log.warn({ err: error }, 'takeover: an option could not be chosen'),
        );
      case 'dialog':
        return void this.dialog.answer(message.accept, message);
      case 'page': {
        const wanted = this.tabs.find(({ id }) => id === message.id);
        if (wanted) void this.switchTo(wanted);
        return;
      }
      case 'done':
        return this.done();
      case 'give-up':
        return this.options.onGiveUp();
    }
  }

  /** Runs only once, even if the viewer sends the input again after a broken connection. */
  private typed(seq: number, work: () => Promise<void>): void {
    if (seq > this.lastSeq) {
      this.lastSeq = seq;
      void work().catch((error: unknown) => this.options.log.warn({ err: error }, 'takeover: typing failed'));
    }
    this.viewer.send({ type: 'received', seq });
  }

  /** 完成: the code that watches the page calls `resolved`, or nothing; then the viewer gets `not-yet`. */
  private done(): void {
    this.options.log.info({}, 'takeover: the person says done');
    this.notice('looking');
    clearTimeout(this.doneTimer);
    // A page may hide in a narrow window what the check looks for.
    this.tab?.unfit();
    this.doneTimer = setTimeout(() => {
      this.notice('not-yet');
      if (this.stage) void this.tab?.fit(this.stage);
    }, doneAnswerMs);
    this.doneTimer.unref();
  }

  private play(sample: PointerSample): void {
    const { tab } = this;
    if (!tab) return;
    const [kind, , x, y] = sample;
    if (kind === 1) {
      this.pressedSelect = this.selectAt(x, y);
      this.isPressed = true;
    }
    if (this.pressedSelect === undefined) tab.input.point(sample);
    else if (kind === 2 && this.selectAt(x, y) === this.pressedSelect)
      this.viewer.send({ type: 'open-select', id: this.pressedSelect });
    if (kind < 2) return;
    this.pressedSelect = undefined;
    this.isPressed = false;
    void this.scan();
  }

  private selectAt(x: number, y: number): number | undefined {
    return this.scanned?.controls.selects.find(
      ({ box }) => x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height,
    )?.id;
  }

  private async scan(): Promise<void> {
    clearTimeout(this.scanTimer);
    const { tab } = this;
    // A page with an open dialog does not answer, and during a press no scan is needed. The end of either starts one.
    if (!tab || !this.viewer.isOpen || this.dialog.isOpen || this.isPressed) return;
    this.isScanDue = this.isScanning;
    if (this.isScanning) return;
    this.isScanning = true;
    const scanned = await scanControls(tab.page).catch(() => undefined);
    this.isScanning = false;
    const isNowWider = scanned?.isCut === true && tab.unfit(true);
    if (scanned && !isNowWider && this.tab === tab) {
      this.scanned = scanned;
      const json = JSON.stringify(scanned.controls);
      if (json !== this.sentControls) this.viewer.send(scanned.controls);
      this.sentControls = json;
    }
    if (this.isScanDue) return this.scan();
    if (scanned?.isWhole && !isNowWider) return;
    // A page that was too busy to answer may finish without a visible change.
    this.scanTimer = setTimeout(() => void this.scan(), scanAgainMs);
    this.scanTimer.unref();
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || new URL(url).protocol : '';
}
