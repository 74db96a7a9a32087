import type { Dialog } from 'playwright';
import type { ToViewer } from './protocol.js';

/** A page stands still behind its dialog; nobody may be there to answer. */
const patienceMs = 60_000;

/** The native dialog that is open now, shown as a sheet of the viewer. Unanswered for a minute it is dismissed. */
export class PageDialog {
  private open: { readonly id: number; readonly dialog: Dialog; readonly timer: NodeJS.Timeout } | undefined;
  private count = 0;

  constructor(private readonly send: (message: ToViewer) => void) {}

  get isOpen(): boolean {
    return this.open !== undefined;
  }

  opened(dialog: Dialog): void {
    // Leaving a page is never asked about: what is typed here is not kept by anybody.
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

  /** For a viewer that comes, or comes back, while it is open. */
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

  /** `id` is of the dialog that the person saw; an older one's answer does not count. */
  async answer(accept: boolean, { id, text }: { id?: number; text?: string } = {}): Promise<void> {
    const { open } = this;
    if (!open || (id !== undefined && id !== open.id)) return;
    this.closed();
    const typed = open.dialog.type() === 'prompt' ? text : undefined;
    await (accept ? open.dialog.accept(typed) : open.dialog.dismiss()).catch(() => undefined);
  }

  /** Somebody else answered it, or its page went away. */
  closed(): void {
    if (!this.open) return;
    clearTimeout(this.open.timer);
    this.send({ type: 'dialog-gone', id: this.open.id });
    this.open = undefined;
  }
}
