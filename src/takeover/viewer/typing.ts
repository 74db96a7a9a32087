import { allowedKeys } from '../allowed-keys.js';
import type { FieldControl } from '../protocol.js';
import type { Connection } from './connection.js';
import { text } from './texts.js';

/** Gives Backspace something to delete: a phone keyboard does not report Backspace in an empty field. */
const sentinel = '\u200b';

/** Input that is typed, composed, pasted or filled in from a text message is sent at once, and the field emptied. */
export class Typing {
  isOpen = false;
  private isComposing = false;
  private readonly bar = byId('typing');
  private readonly field = byId('typing-field') as HTMLInputElement;

  constructor(
    private readonly deps: {
      readonly connection: Connection;
      readonly onToggle: (isOpen: boolean) => void;
      readonly say: (message: string) => void;
    },
  ) {
    const { field } = this;
    this.empty();
    field.addEventListener('compositionstart', () => (this.isComposing = true));
    field.addEventListener('compositionupdate', ({ data }) => this.compose(data));
    field.addEventListener('compositionend', ({ data }) => {
      this.isComposing = false;
      if (data) this.commit(data);
      else this.compose('');
      this.empty();
    });
    field.addEventListener('input', () => this.taken());
    field.addEventListener('keydown', (event) => {
      // Backspace arrives as a change of the field, which all keyboards report in the same way.
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.key === 'Backspace') return;
      if (this.press(event.key)) event.preventDefault();
    });
    field.addEventListener('focus', () => this.caretToEnd());
    for (const button of this.bar.querySelectorAll<HTMLButtonElement>('button[data-key]')) {
      keepFocus(button);
      button.addEventListener('click', () => this.press(button.dataset['key']));
    }
    const paste = byId('typing-paste');
    keepFocus(paste);
    paste.addEventListener('click', () => void this.paste());
    byId('typing-hide').addEventListener('click', () => this.close());
  }

  /** Must run within the person's touch, or the phone shows no keyboard. */
  open(kind?: FieldControl): void {
    const { field } = this;
    field.inputMode = kind?.keyboard ?? 'text';
    field.type = kind?.isPassword ? 'password' : 'text';
    field.autocomplete = kind?.isOneTimeCode ? 'one-time-code' : 'off';
    this.bar.hidden = false;
    this.isOpen = true;
    this.deps.onToggle(true);
    this.empty();
    field.focus({ preventScroll: true });
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.field.blur();
    this.bar.hidden = true;
    this.deps.onToggle(false);
  }

  private taken(): void {
    if (this.isComposing) return;
    const { value } = this.field;
    const typed = value.replaceAll(sentinel, '');
    if (typed) this.commit(typed);
    else if (!value.includes(sentinel)) this.press('Backspace');
    this.empty();
  }

  private commit(typed: string): void {
    this.deps.connection.type({ type: 'text', text: typed });
  }

  private compose(composed: string): void {
    this.deps.connection.send({ type: 'compose', text: composed.replaceAll(sentinel, '') });
  }

  /** Returns whether the key may be pressed. */
  private press(wanted: string | undefined): boolean {
    const key = allowedKeys.find((each) => each === wanted);
    if (key) this.deps.connection.type({ type: 'key', key });
    return key !== undefined;
  }

  private async paste(): Promise<void> {
    try {
      const pasted = await navigator.clipboard.readText();
      if (pasted) this.commit(pasted);
    } catch {
      this.deps.say(text('pasteFailed'));
    }
  }

  private empty(): void {
    this.field.value = sentinel;
    this.caretToEnd();
  }

  private caretToEnd(): void {
    this.field.setSelectionRange(1, 1);
  }
}

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** A button beside the field must not close the keyboard. */
function keepFocus(button: HTMLElement): void {
  button.addEventListener('pointerdown', (event) => event.preventDefault());
  button.addEventListener('mousedown', (event) => event.preventDefault());
}
