import type { Dialog } from 'playwright';
import type { ToViewer } from './protocol.js';

/** An open dialog blocks its page, and there may be nobody to answer it. */
const patienceMs = 60_000;

/** The page's open native dialog, shown as a sheet in the viewer. It is dismissed after a minute without an answer. */
export class PageDialog {
  private open: { readonly id: number; readonly dialog: Dialog; readonly timer: NodeJS.Timeout } | undefined;
  private count = 0;

  constructor(private readonly send: (message: ToViewer) => void) {}

  get isOpen(): boolean {
    return this.open !== undefined;
  }

  opened(dialog: Dialog): void {
    // Allows the page to be left without asking: nobody keeps what is typed here.
    if (dialog.type() === 'beforeunload') {
      void dialog.accept().catch(() => undefined);
      return;
    }
    this.count += 1;
    const timer = setTimeout(() => void this.answer(false), patienceMs);
    timer.unref();
    this.open = { id: this.count, dialog, timer };
    this.show();
  }

  /** Also called when a viewer connects while a dialog is open. */
  show(): void {
    if (!this.open) return;
    const { id, dialog } = this.open;
    this.send({
      type: 'dialog',
      id,
      kind: dialog.type() as 'alert' | 'confirm' | 'prompt',
      message: dialog.message(),
      defaultValue: dialog.defaultValue(),
    });
  }

  /** `id` is the dialog that the person saw. An answer to an older dialog is ignored. */
  async answer(accept: boolean, { id, text }: { id?: number; text?: string } = {}): Promise<void> {
    const { open } = this;
    if (!open || (id !== undefined && id !== open.id)) return;
    this.closed();
    const typed = open.dialog.type() === 'prompt' ? text : undefined;
    await (accept ? open.dialog.accept(typed) : open.dialog.dismiss()).catch(() => undefined);
  }

  /** The dialog is gone: somebody answered it, or its page closed. */
  closed(): void {
    if (!this.open) return;
    clearTimeout(this.open.timer);
    this.send({ type: 'dialog-gone', id: this.open.id });
    this.open = undefined;
  }
}
