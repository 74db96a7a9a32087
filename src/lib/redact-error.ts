import { AppError } from './app-error.js';
import { inEach, type Text } from '../messages/text.js';
import type { Redactor } from './redactor.js';

/** Redacts the texts of an error. An AppError keeps its code and its advice. Any other error may quote foreign text. */
export function redactError<E>(error: E, redactor: Redactor): E | AppError {
  if (error instanceof AppError) {
    const { message, state, hint } = error.texts;
    const redacted = (text: Text) => inEach((language) => redactor.text(text[language]));
    return new AppError({ message: redacted(message), state: redacted(state), hint: redacted(hint) }, error);
  }
  if (!(error instanceof Error)) return error;
  for (const part of ['message', 'stack'] as const) {
    const before = error[part];
    const after = before === undefined ? undefined : redactTrace(before, redactor);
    if (after !== before) Object.defineProperty(error, part, { value: after, configurable: true, writable: true });
  }
  return error;
}

/** Redacts a stack trace and the message before it. File names in the trace stay as they are. */
export function redactTrace(text: string, redactor: Redactor): string {
  return text
    .split('\n')
    .map((line) => (/^\s+at /.test(line) ? redactor.text(line) : redactor.foreign(line)))
    .join('\n');
}
