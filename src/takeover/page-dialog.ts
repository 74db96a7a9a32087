import type { Dialog, Page } from 'playwright';
import type { DialogKind, ToViewer } from './protocol.js';

/**
 * The open native dialogs of the pages, shown in the viewer one after the other. Each blocks its page, and the pages of
 * the same site, until somebody answers.
 */
export class PageDialog {
  private waiting: Dialog[] = [];

  constructor(private readonly send: (message: ToViewer) => void) {}

  get isOpen(): boolean {
    return this.waiting.length > 0;
  }

  opened(dialog: Dialog): void {
    // Allows the page to be left without asking: nobody keeps what is typed here.
    if (dialog.type() === 'beforeunload') return void dialog.accept().catch(() => undefined);
    this.waiting.push(dialog);
    if (this.waiting[0] === dialog) this.show();
  }

  /** Also called when a viewer connects while a dialog is open. */
  show(): void {
    const [dialog] = this.waiting;
    if (!dialog) return;
    const kind = dialog.type() as DialogKind;
    this.send({ type: 'dialog', kind, message: dialog.message(), defaultValue: dialog.defaultValue() });
  }

  async answer(accept: boolean, text?: string): Promise<void> {
    const dialog = this.waiting.shift();
    await (accept ? dialog?.accept(text) : dialog?.dismiss())?.catch(() => undefined);
    this.show();
  }

  /** Somebody answered the page's dialog, or the page closed. */
  closed(page: Page): void {
    this.waiting = this.waiting.filter((dialog) => dialog.page() !== page);
    if (this.isOpen) this.show();
    else this.send({ type: 'dialog-gone' });
  }

  /** Lets every page go on. */
  async dismissAll(): Promise<void> {
    await Promise.all(this.waiting.splice(0).map((dialog) => dialog.dismiss().catch(() => undefined)));
  }
}
