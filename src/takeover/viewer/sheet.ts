import { byId, text } from './texts.js';

const sheet = byId('sheet') as HTMLDialogElement;
const input = byId('sheet-input') as HTMLInputElement;

/** Asks over the picture. Without `no` there is only one answer, without `typed` no field to fill in. */
export function ask(
  question: { readonly head: string; readonly body: string; readonly yes: string; readonly no?: string },
  onAnswer: (isYes: boolean, typed: string) => void,
  typed?: string,
): void {
  byId('sheet-head').textContent = text(question.head);
  byId('sheet-body').textContent = question.body;
  byId('sheet-yes').textContent = text(question.yes);
  byId('sheet-no').textContent = text(question.no ?? '');
  byId('sheet-no').hidden = question.no === undefined;
  input.hidden = typed === undefined;
  input.value = typed ?? '';
  sheet.returnValue = '';
  // An earlier question may report late that it was closed.
  sheet.onclose = () => sheet.open || onAnswer(sheet.returnValue === 'yes', input.value);
  if (!sheet.open) sheet.showModal();
}

export function closeSheet(): void {
  sheet.onclose = null;
  sheet.close();
}
