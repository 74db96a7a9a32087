import type { AppError } from '../../errors/app-error.js';
import type { Text } from '../../messages/text.js';
import { withoutStop as withoutStopIn } from '../../messages/failures.js';

/** A `problem` will break a renewal or its question to the owner. A `warning` may break it. A `note` only informs. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'warning' | 'problem';
  readonly check: string;
  readonly text: string | Text;
  readonly next?: string;
  /** The code of the error that a run would end with. */
  readonly code?: string;
}

/** A finding with its heading: `machine`, `feishu`, or the name of an account. */
export interface PlacedFinding extends Finding {
  readonly group: string;
}

const findingOf =
  (level: Finding['level']) =>
  (check: string, text: string | Text, more: Pick<Finding, 'next' | 'code'> = {}): Finding => ({
    level,
    check,
    text,
    ...more,
  });

export const ok = findingOf('ok');
export const note = findingOf('note');
export const warning = findingOf('warning');
export const problem = findingOf('problem');

/** Turns an error into a finding. Omits a hint that says to run `keyturn doctor`. */
export function problemOf(check: string, error: AppError, changes: Partial<Finding> = {}): Finding {
  const next = error.hint === 'keyturn doctor' ? undefined : error.hint;
  return { level: 'problem', check, text: withoutStopIn(error.texts.message), code: error.code, next, ...changes };
}

export const withoutStop = (sentence: string) => sentence.replace(/\.$/, '');
