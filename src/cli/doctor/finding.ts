import type { AppError } from '../../errors/app-error.js';

/** `problem` will break a renewal, `warning` may, `note` only informs. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'warning' | 'problem';
  readonly check: string;
  readonly text: string;
  /** The one command to run. */
  readonly next?: string;
}

export const problemOf = (check: string, error: AppError): Finding => ({
  level: 'problem',
  check,
  text: `${error.message} [${error.code}]`,
  next: error.hint,
});
