import type { AppError } from '../../lib/app-error.js';
import { same, withoutStop, type Text } from '../../messages/text.js';
import type { ProcessContext } from '../process-context.js';

/** What a check that may take a while is given. The signal aborts at the check's deadline. */
export interface CheckScope {
  readonly context: ProcessContext;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A `problem` will break a renewal or its question to the owner. A `warning` may break it. A `note` only informs. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'warning' | 'problem';
  readonly check: string;
  readonly text: Text;
  /** The command to run next. */
  readonly next?: Text;
  /** The code of the error that a run would end with. */
  readonly code?: string;
}

/** A finding with its heading: `machine`, `feishu`, or the name of an account. */
export interface PlacedFinding extends Finding {
  readonly group: string;
}

const findingOf =
  (level: Finding['level']) =>
  (check: string, text: Text, next?: string | Text, code?: string): Finding => ({
    level,
    check,
    text,
    next: typeof next === 'string' ? same(next) : next,
    code,
  });

export const ok = findingOf('ok');
export const note = findingOf('note');
export const warning = findingOf('warning');
export const problem = findingOf('problem');

/** Turns an error into a finding. Omits a hint that says to run `keyturn doctor`. */
export function problemOf(check: string, { code, texts }: AppError, changes: Partial<Finding> = {}): Finding {
  const next = texts.hint.en === 'keyturn doctor' ? undefined : texts.hint;
  return { level: 'problem', check, text: withoutStop(texts.message), code, next, ...changes };
}
