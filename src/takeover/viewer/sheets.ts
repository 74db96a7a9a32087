import type { DialogShown } from '../protocol.js';
import { text } from './texts.js';
import { byId } from './typing.js';

interface SheetButton {
  readonly label: string;
  readonly isMain?: boolean;
  readonly onPress: (typed: string) => void;
}

/** Shows one sheet at a time over the picture: a dialog of the page, a list of options, or a question of our own. */
export class Sheets {
  private readonly sheet = byId('sheet');
  private readonly head = byId('sheet-head');
  private readonly body = byId('sheet-body');
  private readonly input = byId('sheet-input') as HTMLInputElement;
  private readonly list = byId('sheet-list');
  private readonly buttons = byId('sheet-buttons');
  private dialogId: number | undefined;

  constructor() {
    this.sheet.addEventListener('pointerdown', (event) => {
      // A tap beside a list closes the list. A dialog of the page needs an answer.
      if (event.target === this.sheet && this.dialogId === undefined) this.close();
    });
  }

  ask(head: string, body: string, buttons: readonly SheetButton[]): void {
    this.show(head, body);
    this.setButtons(buttons);
  }

  dialog(shown: DialogShown, answer: (accept: boolean, typed?: string) => void): void {
    this.show(text(`dialog-${shown.kind}`), shown.message);
    this.dialogId = shown.id;
    const isPrompt = shown.kind === 'prompt';
    this.input.hidden = !isPrompt;
    this.input.value = shown.defaultValue;
    const accept = {
      label: text('ok'),
      isMain: true,
      onPress: (typed: string) => answer(true, isPrompt ? typed : undefined),
    };
    const dismiss = { label: text('cancel'), onPress: () => answer(false) };
    this.setButtons(shown.kind === 'alert' ? [accept] : [dismiss, accept]);
  }

  dialogGone(id: number): void {
    if (this.dialogId === id) this.close();
  }

  /** A list of which the person chooses one, by its index. */
  choose(
    head: string,
    items: readonly { readonly text: string; readonly isDisabled?: boolean }[],
    chosen: number,
    onChoice: (index: number) => void,
  ): void {
    this.show(head, '');
    this.list.hidden = false;
    items.forEach((item, index) => {
      const button = this.button(item.text, () => onChoice(index));
      button.setAttribute('role', 'option');
      button.setAttribute('aria-selected', String(index === chosen));
      button.disabled = item.isDisabled === true;
      this.list.append(button);
    });
    this.list.children[chosen]?.scrollIntoView({ block: 'nearest' });
    this.setButtons([{ label: text('cancel'), onPress: () => undefined }]);
  }

  close(): void {
    this.sheet.hidden = true;
    this.dialogId = undefined;
  }

  private show(head: string, body: string): void {
    this.dialogId = undefined;
    this.head.textContent = head;
    this.body.textContent = body;
    this.body.hidden = body === '';
    this.input.hidden = true;
    this.list.replaceChildren();
    this.list.hidden = true;
    this.sheet.hidden = false;
  }

  private setButtons(buttons: readonly SheetButton[]): void {
    this.buttons.replaceChildren(
      ...buttons.map(({ label, isMain, onPress }) => {
        const button = this.button(label, onPress);
        button.className = isMain ? 'main' : '';
        return button;
      }),
    );
  }

  private button(label: string, onPress: (typed: string) => void): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.addEventListener('click', () => {
      const typed = this.input.value;
      this.close();
      onPress(typed);
    });
    return button;
  }
}
