import type { DialogShown, PageEntry, SelectControl } from '../protocol.js';
import { text } from './texts.js';
import { byId } from './typing.js';

export interface SheetButton {
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

  select(select: SelectControl, choose: (index: number) => void): void {
    this.show(select.label || text('selectHead'), '');
    this.setList(
      select.options.map((option, index) => ({
        label: option.text,
        isChosen: index === select.selected,
        isDisabled: option.isDisabled,
        onPress: () => choose(index),
      })),
    );
    this.setButtons([{ label: text('cancel'), onPress: () => undefined }]);
  }

  pages(pages: readonly PageEntry[], current: number, choose: (id: number) => void): void {
    this.show(text('pagesHead'), '');
    this.setList(
      pages.map((page) => ({
        label: page.title || page.host || text('untitled'),
        isChosen: page.id === current,
        isDisabled: false,
        onPress: () => choose(page.id),
      })),
    );
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

  private setList(
    items: readonly { label: string; isChosen: boolean; isDisabled: boolean; onPress: () => void }[],
  ): void {
    this.list.hidden = false;
    for (const item of items) {
      const button = this.button(item.label, item.onPress);
      button.setAttribute('role', 'option');
      button.setAttribute('aria-selected', String(item.isChosen));
      button.disabled = item.isDisabled;
      this.list.append(button);
      if (item.isChosen) queueMicrotask(() => button.scrollIntoView({ block: 'nearest' }));
    }
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
