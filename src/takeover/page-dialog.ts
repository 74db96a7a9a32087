import type { Dialog } from 'playwright';
import type { DialogShown, ToViewer } from './protocol.js';

/** The page's open native dialog, shown in the viewer. It blocks its page until somebody answers. */
export class PageDialog {
  private open: Dialog | undefined;

  constructor(private readonly send: (message: ToViewer) => void) {}

  get isOpen(): boolean {
    return this.open !== undefined;
  }

  opened(dialog: Dialog): void {
    this.open = dialog;
    // Allows the page to be left without asking: nobody keeps what is typed here.
    if (dialog.type() === 'beforeunload') void this.answer(true);
    else this.show();
  }

  /** Also called when a viewer connects while a dialog is open. */
  show(): void {
    if (!this.open) return;
    const kind = this.open.type() as DialogShown['kind'];
    this.send({ type: 'dialog', kind, message: this.open.message(), defaultValue: this.open.defaultValue() });
  }

  async answer(accept: boolean, text?: string): Promise<void> {
    const { open } = this;
    this.open = undefined;
    await (accept ? open?.accept(text) : open?.dismiss())?.catch(() => undefined);
  }

  /** Somebody answered the dialog, or its page closed. */
  closed(): void {
    this.open = undefined;
    this.send({ type: 'dialog-gone' });
  }
}
