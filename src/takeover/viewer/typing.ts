import type { FromViewer } from '../from-viewer.js';
import { allowedKeys, type Field } from '../protocol.js';
import { byId } from './texts.js';

/** Gives Backspace something to delete: a phone keyboard does not report Backspace in an empty field. */
const sentinel = '\u200b';

/** Input that is typed, composed, pasted or filled in from a text message is sent at once, and the field emptied. */
export class Typing {
  private readonly bar = byId('typing');
  private readonly field = byId('typing-field') as HTMLInputElement;

  constructor(private readonly send: (message: FromViewer) => void) {
    const { bar, field } = this;
    // Until an input method has chosen, the text stays in the field.
    field.addEventListener('input', (event) => (event as InputEvent).isComposing || this.take());
    field.addEventListener('compositionend', () => this.take());
    field.addEventListener('keydown', (event) => {
      // Backspace arrives as a change of the field, which all keyboards report in the same way.
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.key === 'Backspace') return;
      if (this.press(event.key)) event.preventDefault();
    });
    field.addEventListener('focus', () => this.empty());
    bar.addEventListener('click', ({ target }) => this.press((target as HTMLElement).dataset['key']));
    // A button beside the field must not close the keyboard.
    bar.addEventListener('mousedown', (event) => event.target === field || event.preventDefault());
  }

  get isOpen(): boolean {
    return !this.bar.hidden;
  }

  /** Must run within the person's touch, or the phone shows no keyboard. */
  open(kind?: Field): void {
    const { field } = this;
    field.inputMode = kind?.keyboard ?? 'text';
    field.type = kind?.isPassword ? 'password' : 'text';
    // The phone offers the code from a text message that it has just received, whatever the page calls its field.
    field.autocomplete = kind?.isPassword ? 'off' : 'one-time-code';
    this.toggle(true);
    field.focus({ preventScroll: true });
  }

  close(): void {
    this.toggle(false);
  }

  private toggle(isOpen: boolean): void {
    this.bar.hidden = !isOpen;
    document.body.classList.toggle('is-typing', isOpen);
    byId('keyboard').setAttribute('aria-pressed', String(isOpen));
  }

  private take(): void {
    const text = this.field.value.replaceAll(sentinel, '');
    if (text) this.send({ type: 'text', text });
    else if (!this.field.value) this.press('Backspace');
    this.empty();
  }

  /** Returns whether the key may be pressed. */
  private press(wanted: string | undefined): boolean {
    const key = allowedKeys.find((each) => each === wanted);
    if (key) this.send({ type: 'key', key });
    return key !== undefined;
  }

  private empty(): void {
    this.field.value = sentinel;
    this.field.setSelectionRange(1, 1);
  }
}
